using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace PolicyTracker;

/// <summary>
/// A date in the world as a source gives it: EDTF level 1 in the forms D, D~ (circa), D? (uncertain), D% (both), ../D (had begun by D) and
/// D/.. (since D), where D is yyyy[-mm[-dd]] of the years 0001 to 9999. In JSON it is its text.
/// </summary>
[JsonConverter(typeof(WorldDateJson))]
public sealed partial record WorldDate
{
    private static readonly string[] Marks = ["openStart", "openEnd", "qualifier"];

    private WorldDate(string text) => Text = text;

    /// <summary>The date as it was given.</summary>
    public string Text { get; }
    /// <summary>The first possible day; null when the start is open.</summary>
    public DateOnly? FirstDay { get; private init; }
    /// <summary>The last day of D.</summary>
    public DateOnly LastDay { get; private init; }
    public DatePrecision Precision { get; private init; }
    public bool Approximate { get; private init; }
    public bool Uncertain { get; private init; }
    /// <summary>Whether it had begun by D, no one says when.</summary>
    public bool OpenStart { get; private init; }
    /// <summary>Whether it has held since D.</summary>
    public bool OpenEnd { get; private init; }

    /// <summary>The first day on which a statement counts: the last day of D, but never later than the day on which its source was published.</summary>
    public DateOnly EffectiveDay(DateOnly? publishedOn) => publishedOn < LastDay ? publishedOn.Value : LastDay;

    /// <summary>Whether even the first possible day lies ahead; never so when the start is open.</summary>
    public bool IsFuture(DateOnly today) => FirstDay > today;

    public static WorldDate On(DateOnly day) => Parse(day.ToString("O"));

    /// <exception cref="FormatException">The text is no date of the supported forms.</exception>
    public static WorldDate Parse(string text) => TryParse(text, out var date, out var refusal) ? date : throw new FormatException(refusal.Detail);

    public static bool TryParse(string? text, [NotNullWhen(true)] out WorldDate? date) => TryParse(text, out date, out _);

    /// <param name="refusal">Why the text is no date of the supported forms.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out WorldDate? date, [NotNullWhen(false)] out DateRefusal? refusal)
    {
        date = null;
        text ??= "";
        var form = Form().Match(text);
        if (!form.Success || Marks.Count(mark => form.Groups[mark].Success) > 1)
        {
            refusal = DateRefusal.NotSupported(text);
            return false;
        }

        var (year, month, day) = (Number(form, "year") ?? 0, Number(form, "month"), Number(form, "day"));
        refusal = Impossible(text, year, month, day);
        if (refusal is not null)
            return false;
        date = Of(form, new DateOnly(year, month ?? 1, day ?? 1), day is not null ? DatePrecision.Day : month is not null ? DatePrecision.Month : DatePrecision.Year);
        return true;
    }

    public override string ToString() => Text;

    private static WorldDate Of(Match form, DateOnly first, DatePrecision precision)
    {
        var qualifier = form.Groups["qualifier"].Value;
        var openStart = form.Groups["openStart"].Success;
        return new WorldDate(form.Value)
        {
            FirstDay = openStart ? null : first,
            LastDay = LastDayOf(first, precision),
            Precision = precision,
            Approximate = qualifier is "~" or "%",
            Uncertain = qualifier is "?" or "%",
            OpenStart = openStart,
            OpenEnd = form.Groups["openEnd"].Success,
        };
    }

    private static DateRefusal? Impossible(string text, int year, int? month, int? day) => (year, month, day) switch
    {
        (0, _, _) => DateRefusal.Impossible(text, "there is no year 0"),
        // Seasons, quarters and halves of a year take the place of a month.
        (_, >= 21 and <= 41, null) => DateRefusal.NotSupported(text),
        (_, 0 or > 12, _) => DateRefusal.Impossible(text, $"there is no month {month:00}"),
        (_, _, 0) => DateRefusal.Impossible(text, "there is no day 00"),
        (_, { } m, { } d) when d > DateTime.DaysInMonth(year, m) => DateRefusal.Impossible(text, $"{year:0000}-{m:00} has {DateTime.DaysInMonth(year, m)} days"),
        _ => null,
    };

    private static DateOnly LastDayOf(DateOnly first, DatePrecision precision) => precision switch
    {
        DatePrecision.Year => new DateOnly(first.Year, 12, 31),
        DatePrecision.Month => new DateOnly(first.Year, first.Month, DateTime.DaysInMonth(first.Year, first.Month)),
        _ => first,
    };

    private static int? Number(Match form, string group) =>
        form.Groups[group] is { Success: true } digits ? int.Parse(digits.ValueSpan, NumberStyles.None) : null;

    [GeneratedRegex(
        @"^(?<openStart>\.\./)?(?<year>[0-9]{4})(-(?<month>[0-9]{2})(-(?<day>[0-9]{2}))?)?(?<openEnd>/\.\.)?(?<qualifier>[~?%])?\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}

/// <summary>How exactly a date is known.</summary>
public enum DatePrecision { Year, Month, Day }

/// <summary>Why a text is no world date.</summary>
/// <param name="Code"><c>date_not_supported</c> or <c>date_impossible</c>.</param>
public sealed record DateRefusal(string Code, string Detail)
{
    /// <summary>The accepted forms, in words.</summary>
    public static readonly IReadOnlyList<string> Forms =
        ["yyyy", "yyyy-mm", "yyyy-mm-dd", "one of these with ~ (circa), ? (uncertain) or % (both) after it", "../D (had begun by D)", "D/.. (since D)"];

    internal static DateRefusal NotSupported(string text) => new(Codes.DateNotSupported, $"'{Echo.Of(text)}' is not one of the supported forms of a date.");
    internal static DateRefusal Impossible(string text, string why) => new(Codes.DateImpossible, $"'{Echo.Of(text)}' is no date: {why}.");
}

internal sealed class WorldDateJson : JsonConverter<WorldDate>
{
    public override WorldDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WorldDate.TryParse(reader.GetString(), out var date, out var refusal) ? date : throw new JsonException(refusal.Detail);

    public override void Write(Utf8JsonWriter writer, WorldDate value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}
