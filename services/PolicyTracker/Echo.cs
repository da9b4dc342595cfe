namespace PolicyTracker;

/// <summary>Makes what a client sent fit to be repeated in an answer.</summary>
internal static class Echo
{
    private const int Longest = 80;

    public static string Of(string text) => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[Longest - 1]) ? Longest - 1 : Longest), "…");
}
