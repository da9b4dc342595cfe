using System.Globalization;

namespace PolicyTracker.Snapshots;

/// <summary>Tells which query parameters a read knows besides <c>asOf</c>, <c>knownAt</c> and <c>atLeast</c>, which every read has. Any other is refused.</summary>
public static class KnownParameters
{
    private static readonly string[] OfEveryRead = ["asOf", "knownAt", "atLeast"];

    /// <summary>The parameters of a list that is read in pages.</summary>
    public static readonly string[] OfPages = [Parameters.Limit, Parameters.Next];

    public static TBuilder WithParameters<TBuilder>(this TBuilder route, params IEnumerable<string> names) where TBuilder : IEndpointConventionBuilder =>
        route.WithOnlyParameters([.. names, .. OfEveryRead]);

    /// <summary>The parameters of a read that is of no moment: it takes these alone.</summary>
    public static TBuilder WithOnlyParameters<TBuilder>(this TBuilder route, params IEnumerable<string> names) where TBuilder : IEndpointConventionBuilder
    {
        string[] known = [.. names];
        return route.WithMetadata(new ReadParameters(known)).AddEndpointFilter((context, next) =>
        {
            Refuse(context.HttpContext.Request.Query, known);
            return next(context);
        });
    }

    private static void Refuse(IQueryCollection query, string[] known)
    {
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name))
                throw new Refused([new Violation(Codes.UnknownParameter, name, $"This read has no parameter '{Echo.Of(name)}'.", known, Nearest.To(name, known))]);
            if (values.Count > 1)
                throw new Refused([new Violation(Codes.DuplicateField, name, $"The parameter '{name}' is given more than once.")]);
            if (values.ToString().Any(char.IsControl))
                throw new Refused([new Violation(Codes.NotText, name, $"The parameter '{name}' holds control characters.")]);
        }
    }
}

/// <summary>The values of a read's query parameters, each checked. One that is left out, or empty, is null.</summary>
public sealed class Parameters(HttpContext http)
{
    internal const string Limit = "limit", Next = "next";

    private const int MostItems = 1000, UsualItems = 100;
    private const int LongestText = 200;

    /// <summary>The parameter as it was sent.</summary>
    public string? Given(string name) => http.Request.Query[name].ToString() is { Length: > 0 } given ? given : null;

    /// <summary>How many items a page holds: 100 unless the request says otherwise, 1,000 at most.</summary>
    public int PageSize() => Number(Limit, MostItems) ?? UsualItems;

    /// <summary>A whole number from 1 to the most that is allowed.</summary>
    public int? Number(string name, int most) => Given(name) switch
    {
        null => null,
        var given when int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most => number,
        var given => throw Broken(Codes.OutOfRange, name, $"'{Echo.Of(given)}' is no whole number from 1 to {most}.", [$"1 to {most}"]),
    };

    public string? Country(string name) => Given(name) switch
    {
        null => null,
        var code when Countries.IsKnown(code) => code,
        var other => throw Broken(Codes.UnknownCountry, name, $"'{Echo.Of(other)}' is not a known country code.", nearest: Countries.Nearest(other)),
    };

    public string? OneOf(string name, IEnumerable<string> allowed, string code = Codes.UnknownValue)
    {
        var given = Given(name);
        string[] all = [.. allowed];
        return given is null || all.Contains(given)
            ? given
            : throw Broken(code, name, $"'{Echo.Of(given)}' is not one of the allowed values.", all, Nearest.To(given, all));
    }

    public T? OneOf<T>(string name) where T : struct, Enum =>
        OneOf(name, WireNames.Values(typeof(T))) is { } given && WireNames.TryParse<T>(given, out var value) ? value : null;

    public bool? Truth(string name) => OneOf(name, ["true", "false"]) is { } given ? given == "true" : null;

    public DateOnly? Day(string name) => Given(name) switch
    {
        null => null,
        var given when DateOnly.TryParseExact(given, "yyyy-MM-dd", out var day) => day,
        var given => throw Broken(Codes.DateNotSupported, name, $"'{Echo.Of(given)}' is no day of the calendar.", ["yyyy-mm-dd"]),
    };

    /// <summary>The days that <c>from</c> and <c>to</c> name, both included; null where a range is open.</summary>
    /// <exception cref="Refused">One is no day, or the range ends before it begins.</exception>
    public (DateOnly? From, DateOnly? To) Days()
    {
        var (from, to) = (Day("from"), Day("to"));
        return from > to ? throw Broken(Codes.FieldsDisagree, "from", $"from, {from:O}, lies after to, {to:O}.") : (from, to);
    }

    /// <summary>A text to be searched for, in the form in which texts are recorded.</summary>
    public string? Text(string name)
    {
        if (Given(name)?.Trim() is not { Length: > 0 } text)
            return null;
        return text.Length <= LongestText
            ? text
            : throw Broken(Codes.TooLong, name, $"At most {LongestText} characters are searched for; {text.Length} were given.", [$"at most {LongestText}"]);
    }

    private static Refused Broken(string code, string name, string detail, IReadOnlyList<string>? allowed = null, IReadOnlyList<string>? nearest = null) =>
        new([new Violation(code, name, detail, allowed, nearest)]);
}
