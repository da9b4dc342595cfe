using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PolicyTracker;

internal sealed partial class InputReader
{
    private JsonValue? Text(JsonElement given, Field rules, int limit, string path)
    {
        if (Words(given, path) is not { } text)
            return null;
        if (text.Length == 0)
        {
            if (rules.Required || rules.IsList)
                Add(Codes.Blank, path, "The text is empty or only white space.");
            return null;
        }

        if (text.Length > limit)
            Add(Codes.TooLong, path, $"At most {limit} characters are accepted; {text.Length} were given.", [$"at most {limit}"]);
        else if (rules.Country && !Countries.IsKnown(text))
            Add(Codes.UnknownCountry, path, $"'{Echo.Of(text)}' is not a known country code.", nearest: Countries.Nearest(text));
        else if (rules.Url && !IsAllowedUrl(text))
            Add(Codes.UrlNotAllowed, path, $"'{Echo.Of(text)}' is not an absolute http or https address without user name.", ["an absolute http or https address"]);
        return JsonValue.Create(text);
    }

    /// <summary>The text, trimmed; null, and a violation, when it is none.</summary>
    private string? Words(JsonElement given, string path)
    {
        if (given.ValueKind != JsonValueKind.String)
        {
            WrongType(path, "string", given);
            return null;
        }

        if (Characters(given)?.Trim() is { } text && !text.Any(IsControl))
            return text;
        Add(Codes.NotText, path, "The text holds control characters or unpaired surrogates.");
        return null;
    }

    /// <summary>The only way to learn that a JSON string escapes half a surrogate pair is the exception.</summary>
    private static string? Characters(JsonElement given)
    {
        try
        {
            return given.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsControl(char character) => char.IsControl(character) && character is not ('\n' or '\r' or '\t');

    private static bool IsAllowedUrl(string text) =>
        (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        && !text.Any(character => char.IsWhiteSpace(character) || character == '\\')
        && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 && url.UserInfo.Length == 0;

    private JsonValue? Date(JsonElement given, Field rules, string path)
    {
        if (Words(given, path) is not { } text)
            return null;
        if (!WorldDate.TryParse(text, out var date, out var refusal))
            Add(refusal.Code, path, refusal.Detail, refusal.Code == Codes.DateNotSupported ? DateRefusal.Forms : null);
        else if (rules.FutureCode is { } code && date.IsFuture(today))
            Add(code, path, $"{date} lies after {today:O}.", [$"up to {today:O}"]);
        return JsonValue.Create(text);
    }

    private JsonValue? Day(JsonElement given, Field rules, string path)
    {
        if (Words(given, path) is not { } text)
            return null;
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            Add(DayForm().IsMatch(text) ? Codes.DateImpossible : Codes.DateNotSupported, path, $"'{Echo.Of(text)}' is not a day of the calendar as yyyy-mm-dd.", ["yyyy-mm-dd"]);
        else if (rules.FutureCode is { } code && day > today)
            Add(code, path, $"{text} lies after {today:O}.", [$"up to {today:O}"]);
        return JsonValue.Create(text);
    }

    private JsonValue? Truth(JsonElement given, string path)
    {
        if (given.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return JsonValue.Create(given.GetBoolean());
        WrongType(path, "boolean", given);
        return null;
    }

    private JsonValue? Number(JsonElement given, Field rules, string path)
    {
        if (given.ValueKind != JsonValueKind.Number || (given.TryGetDecimal(out var number) && number != decimal.Truncate(number)))
            WrongType(path, "whole number", given);
        else if (given.TryGetInt32(out var whole) && whole >= rules.Least && whole <= rules.Most)
            return JsonValue.Create(whole);
        else
            Add(Codes.OutOfRange, path, $"A whole number from {rules.Least} to {rules.Most} was expected.", [$"{rules.Least} to {rules.Most}"]);
        return null;
    }

    private JsonValue? OneOf(JsonElement given, IReadOnlyList<string> names, string path)
    {
        if (Words(given, path) is not { } name)
            return null;
        if (!names.Contains(name))
            Add(Codes.UnknownValue, path, $"'{Echo.Of(name)}' is not one of the allowed values.", names, Nearest.To(name, names));
        return JsonValue.Create(name);
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DayForm();
}
