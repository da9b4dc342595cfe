namespace PolicyTracker;

/// <summary>Finds the accepted values that a mistyped one was probably meant to be.</summary>
public static class Nearest
{
    private const int LongestGuess = 64;

    /// <summary>At most <paramref name="most"/> candidates, the best first; none when nothing is close.</summary>
    public static IReadOnlyList<string> To(string text, IEnumerable<string> candidates, int most = 3)
    {
        if (text.Length is 0 or > LongestGuess)
            return [];
        var given = text.ToUpperInvariant();
        return [.. candidates
            .Select(candidate => (candidate, Distance: Distance(given, candidate.ToUpperInvariant()), candidate.Length))
            .Where(pair => pair.Distance <= Math.Max(1, Math.Max(given.Length, pair.Length) / 3) && pair.Distance < pair.Length)
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Take(most).Select(pair => pair.candidate)];
    }

    /// <summary>How many single-character insertions, removals, replacements and swaps of neighbours make one text the other.</summary>
    public static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }

        return cost[a.Length, b.Length];
    }
}
