using System.Collections.Frozen;

namespace PolicyTracker;

/// <summary>The ISO 3166-1 alpha-2 codes that are officially assigned, and EU. Pseudo codes such as XX or T1 are unknown.</summary>
public static class Countries
{
    private static readonly FrozenDictionary<string, Country> Known =
        Resource.Lines("countries.csv").Skip(1).Select(Country.Of).ToFrozenDictionary(country => country.Code);

    /// <summary>Every known code, in alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Known.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Whether this is a known code, in capitals.</summary>
    public static bool IsKnown(string code) => Known.ContainsKey(code);

    /// <summary>The English short name.</summary>
    /// <exception cref="KeyNotFoundException">The code is unknown.</exception>
    public static string Name(string code) => Known[code].Name;

    /// <summary>At most five codes that the text was probably meant to be, the likeliest first: by code in any case, alpha-3, name, common confusion, one typing error.</summary>
    public static IReadOnlyList<string> Nearest(string text)
    {
        const int longestName = 64;
        var given = text.Trim().ToUpperInvariant();
        if (given.Length is 0 or > longestName)
            return [];
        return [.. All
            .Select(code => (code, Rank: Rank(given, Known[code])))
            .Where(guess => guess.Rank is not null)
            .OrderBy(guess => guess.Rank).ThenBy(guess => guess.code, StringComparer.Ordinal)
            .Take(5).Select(guess => guess.code)];
    }

    private static int? Rank(string given, Country country)
    {
        if (given == country.Code || given == country.Alpha3 || country.Names.Contains(given))
            return 0;
        if (given.Length > 3 && country.Names.Any(name => name.StartsWith(given, StringComparison.Ordinal)))
            return 1;
        if (given.Length > 3 && country.Names.Any(name => PolicyTracker.Nearest.Distance(given, name) == 1))
            return 2;
        return given.Length <= 3 && PolicyTracker.Nearest.Distance(given, given.Length < 3 ? country.Code : country.Alpha3) == 1 ? 3 : null;
    }

    private sealed record Country(string Code, string Alpha3, string Name, IReadOnlySet<string> Names)
    {
        public static Country Of(string row)
        {
            var cells = row.Split(';');
            IEnumerable<string> names = [cells[2], .. cells[3].Split('|', StringSplitOptions.RemoveEmptyEntries)];
            return new Country(cells[0], cells[1], cells[2], names.Select(name => name.ToUpperInvariant()).ToFrozenSet());
        }
    }
}
