namespace PolicyTracker;

/// <summary>A date in the world as a source gives it: EDTF level 1 in the forms D, D~, D?, D%, ../D and D/.., where D is yyyy[-mm[-dd]].</summary>
public sealed record WorldDate
{
    public required string Text { get; init; }
    public required DateOnly? FirstDay { get; init; }
    public required DateOnly LastDay { get; init; }

    public static bool TryParse(string text, out WorldDate date)
    {
        date = new WorldDate { Text = text, FirstDay = DateOnly.Parse(text), LastDay = DateOnly.Parse(text) };
        return true;
    }

    public DateOnly EffectiveDay(DateOnly? publishedOn) => publishedOn < LastDay ? publishedOn.Value : LastDay;
}
