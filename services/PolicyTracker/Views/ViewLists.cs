namespace PolicyTracker.Views;

/// <summary>The lists of the country view, and which subject stands in which.</summary>
internal static class ViewLists
{
    public const string Services = "services";
    public const string Accounts = "accounts";
    public const string Approvals = "approvals";
    public const string Derivations = "derivations";

    public static readonly IReadOnlyList<string> All = [Services, Accounts, Approvals, Derivations];

    /// <summary>The list in which a standing subject is shown; null when in none.</summary>
    public static string? Of(SubjectKey key, Standing? standing) => standing?.State.Winner is null ? null : key.Indicator switch
    {
        Indicator.R1 when Speaks(key, "service") => Services,
        Indicator.X3 when Speaks(key, "account") => Accounts,
        Indicator.R3 when Speaks(key, "derivation") => Derivations,
        Indicator.S1 when Speaks(key, "approval") || Speaks(key, "count") => Approvals,
        Indicator.X4 when Speaks(key, "approval") => Approvals,
        _ => null,
    };

    private static bool Speaks(SubjectKey key, string of) => key.Subject.StartsWith(of + " >", StringComparison.Ordinal);
}
