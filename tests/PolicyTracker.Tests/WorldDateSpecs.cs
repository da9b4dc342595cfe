using System.Text.Json;
using CsCheck;
using Xunit;

namespace PolicyTracker.Tests;

public class WorldDateSpecs
{
    private static readonly Gen<string> Plain =
        from year in Gen.Int[1, 9999]
        from month in Gen.Int[1, 12]
        from day in Gen.Int[1, 28]
        from precision in Gen.Int[0, 2]
        select precision switch { 0 => $"{year:0000}", 1 => $"{year:0000}-{month:00}", _ => $"{year:0000}-{month:00}-{day:00}" };

    private static readonly Gen<string> Any =
        from plain in Plain
        from form in Gen.Int[0, 5]
        select form switch { 0 => plain, 1 => plain + "~", 2 => plain + "?", 3 => plain + "%", 4 => "../" + plain, _ => plain + "/.." };

    private static readonly Gen<DateOnly> Day = Gen.Int[0, DateOnly.MaxValue.DayNumber].Select(DateOnly.FromDayNumber);

    [Fact]
    public void every_supported_form_keeps_its_text() => Any.Sample(text =>
    {
        Assert.Equal(text, WorldDate.Parse(text).Text);
        Assert.Equal(WorldDate.Parse(text), JsonSerializer.Deserialize<WorldDate>(JsonSerializer.Serialize(WorldDate.Parse(text), Json.Options), Json.Options));
    });

    [Fact]
    public void the_first_day_is_never_after_the_last() => Any.Sample(text => Assert.False(WorldDate.Parse(text).FirstDay > WorldDate.Parse(text).LastDay));

    [Fact]
    public void a_statement_counts_no_later_than_its_last_day_and_its_publication() => Gen.Select(Any, Day).Sample((text, published) =>
    {
        var date = WorldDate.Parse(text);
        Assert.Equal(date.LastDay, date.EffectiveDay(null));
        Assert.Equal(date.LastDay < published ? date.LastDay : published, date.EffectiveDay(published));
    });

    [Fact]
    public void no_text_makes_the_parser_throw() => Gen.String.Sample(text => WorldDate.TryParse(text, out _) == (WorldDate.TryParse(text, out _, out var refusal) && refusal is null));

    [Theory]
    [InlineData("2023", "2023-01-01", "2023-12-31", DatePrecision.Year)]
    [InlineData("2023-12", "2023-12-01", "2023-12-31", DatePrecision.Month)]
    [InlineData("2024-02", "2024-02-01", "2024-02-29", DatePrecision.Month)]
    [InlineData("1900-02", "1900-02-01", "1900-02-28", DatePrecision.Month)]
    [InlineData("2024-05-09", "2024-05-09", "2024-05-09", DatePrecision.Day)]
    [InlineData("9999", "9999-01-01", "9999-12-31", DatePrecision.Year)]
    [InlineData("0001-01-01", "0001-01-01", "0001-01-01", DatePrecision.Day)]
    [InlineData("../2024-01", null, "2024-01-31", DatePrecision.Month)]
    [InlineData("2024-01/..", "2024-01-01", "2024-01-31", DatePrecision.Month)]
    public void a_date_spans_the_days_that_it_may_mean(string text, string? first, string last, DatePrecision precision)
    {
        var date = WorldDate.Parse(text);
        Assert.Equal(first, date.FirstDay?.ToString("O"));
        Assert.Equal(last, date.LastDay.ToString("O"));
        Assert.Equal(precision, date.Precision);
    }

    [Theory]
    [InlineData("2023", false, false)]
    [InlineData("2023~", true, false)]
    [InlineData("2023-05?", false, true)]
    [InlineData("2023-05-06%", true, true)]
    public void qualifiers_are_kept_and_move_no_day(string text, bool approximate, bool uncertain)
    {
        var date = WorldDate.Parse(text);
        Assert.Equal((approximate, uncertain), (date.Approximate, date.Uncertain));
        Assert.Equal(WorldDate.Parse(text.TrimEnd('~', '?', '%')).LastDay, date.LastDay);
    }

    [Fact]
    public void an_open_end_is_told_from_an_open_start()
    {
        Assert.Equal((true, false), (WorldDate.Parse("../2024").OpenStart, WorldDate.Parse("../2024").OpenEnd));
        Assert.Equal((false, true), (WorldDate.Parse("2024/..").OpenStart, WorldDate.Parse("2024/..").OpenEnd));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../..")]
    [InlineData("2023/2024")]
    [InlineData("2023-01/2023-02")]
    [InlineData("../2023/..")]
    [InlineData("../2023~")]
    [InlineData("2023~/..")]
    [InlineData("2023?~")]
    [InlineData("2023-21")]
    [InlineData("2023-24")]
    [InlineData("2023-41")]
    [InlineData("201X")]
    [InlineData("2012-XX")]
    [InlineData("~2023")]
    [InlineData("{2023,2024}")]
    [InlineData("Y20230")]
    [InlineData("-0044")]
    [InlineData("2023-05-06T10:00:00Z")]
    [InlineData("2023-5-6")]
    [InlineData("06.05.2023")]
    [InlineData("20230506")]
    [InlineData(" 2023")]
    [InlineData("2023\n")]
    [InlineData("٢٠٢٣")]
    [InlineData("May 2023")]
    public void other_forms_are_not_supported(string text)
    {
        Assert.False(WorldDate.TryParse(text, out _, out var refusal));
        Assert.Equal("date_not_supported", refusal.Code);
    }

    [Theory]
    [InlineData("2023-02-30", "2023-02 has 28 days")]
    [InlineData("2023-02-29", "2023-02 has 28 days")]
    [InlineData("2023-13", "no month 13")]
    [InlineData("2023-00", "no month 00")]
    [InlineData("2023-21-01", "no month 21")]
    [InlineData("2023-42", "no month 42")]
    [InlineData("2023-04-00", "no day 00")]
    [InlineData("0000", "no year 0")]
    [InlineData("../0000-01", "no year 0")]
    public void days_that_the_calendar_lacks_are_impossible(string text, string why)
    {
        Assert.False(WorldDate.TryParse(text, out _, out var refusal));
        Assert.Equal("date_impossible", refusal.Code);
        Assert.Contains(why, refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2024", false)]
    [InlineData("2024-05", false)]
    [InlineData("2024-05-09", false)]
    [InlineData("2024-05-10", true)]
    [InlineData("2024-06", true)]
    [InlineData("2025~", true)]
    [InlineData("2024-05-10/..", true)]
    [InlineData("../2030", false)]
    public void a_date_is_future_when_its_first_possible_day_is_after_today(string text, bool future) =>
        Assert.Equal(future, WorldDate.Parse(text).IsFuture(new DateOnly(2024, 5, 9)));
}
