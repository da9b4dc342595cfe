namespace PolicyTracker.Reliance;

/// <summary>What has been said about a recorded fact since.</summary>
/// <param name="Reviewed">Whether a confirmation has reviewed it; a fact recorded as reviewed needs none.</param>
/// <param name="ConfirmedOn">The days on which it was reaffirmed.</param>
public sealed record FactStanding(bool Reviewed, bool Disputed, IReadOnlyList<DateOnly> ConfirmedOn)
{
    public static readonly FactStanding AsRecorded = new(false, false, []);
}
