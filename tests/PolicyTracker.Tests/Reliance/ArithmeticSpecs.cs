using System.Globalization;
using CsvHelper;
using PolicyTracker.Reliance;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Reliance;

/// <summary>The formula against the numbers that OxCGRT published with it.</summary>
public sealed class ArithmeticSpecs
{
    private const string Published = "oxcgrt/OxCGRT_fullwithnotes_GBR_v1.csv";

    private static readonly (string Code, string? Flag, int Top)[] Stringency =
    [
        ("C1M_School closing", "C1M_Flag", 3), ("C2M_Workplace closing", "C2M_Flag", 3), ("C3M_Cancel public events", "C3M_Flag", 2),
        ("C4M_Restrictions on gatherings", "C4M_Flag", 4), ("C5M_Close public transport", "C5M_Flag", 2), ("C6M_Stay at home requirements", "C6M_Flag", 3),
        ("C7M_Restrictions on internal movement", "C7M_Flag", 2), ("C8EV_International travel controls", null, 4), ("H1_Public information campaigns", "H1_Flag", 2),
    ];

    [Theory]
    [InlineData(0, true, 3, 0)]
    [InlineData(0, false, 3, 0)]
    [InlineData(1, false, 2, 25)]
    [InlineData(2, false, 3, 50)]
    [InlineData(2, false, 4, 37.5)]
    [InlineData(3, true, 3, 100)]
    public void a_limited_scope_costs_half_a_step(int value, bool general, int top, double score)
    {
        Assert.Equal((decimal)score, Arithmetic.SubScore(value, general, top));
    }

    [Theory]
    [InlineData(41.665, 41.67)]
    [InlineData(41.6649, 41.66)]
    [InlineData(57.125, 57.13)]
    public void rounding_goes_half_away_from_zero(double score, double rounded)
    {
        Assert.Equal((decimal)rounded, Arithmetic.Rounded((decimal)score));
    }

    [Fact]
    public void the_worked_example_of_its_codebook_gives_43_98()
    {
        decimal[] scores =
        [
            Arithmetic.SubScore(2, true, 3), 0, Arithmetic.SubScore(2, false, 2), Arithmetic.SubScore(2, false, 4), 0,
            Arithmetic.SubScore(1, false, 3), Arithmetic.SubScore(1, true, 2), Arithmetic.SubScore(3, true, 4), Arithmetic.SubScore(2, false, 2),
        ];

        Assert.Equal(43.98m, Arithmetic.Rounded(Arithmetic.Mean(scores)));
    }

    [Fact]
    public void every_stringency_value_of_2020_is_reproduced()
    {
        using var csv = CsvReader.FromFile(PublishedData.PathOf(Published));
        var reproduced = 0;
        while (csv.Read())
        {
            if (!csv.GetString("Date").StartsWith("2020", StringComparison.Ordinal))
                continue;
            Assert.Equal(csv.Parse<decimal>("StringencyIndex_SimpleAverage"), StringencyOf(csv));
            reproduced++;
        }
        Assert.Equal(1830, reproduced);
    }

    private static decimal StringencyOf(CsvReader row) => Arithmetic.Rounded(Arithmetic.Mean(
        [.. Stringency.Select(indicator => Arithmetic.SubScore(CodeOf(row, indicator.Code), indicator.Flag is null || row.GetString(indicator.Flag) != "0", indicator.Top))]));

    // OxCGRT scores a blank as 0, which this method does not; C8 falls back to the policy for everyone.
    private static int CodeOf(CsvReader row, string column)
    {
        var code = row.GetString(column) is { Length: > 0 } given ? given : row.GetString(column.Replace("C8EV", "C8E", StringComparison.Ordinal));
        return code is { Length: > 0 } ? (int)decimal.Parse(code, CultureInfo.InvariantCulture) : 0;
    }
}
