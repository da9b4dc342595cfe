using System.Text.Json;
using System.Text.Json.Serialization;
using PolicyTracker.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.Reliance;

/// <summary>From indicators to indices, and which pairs are concluded on.</summary>
public sealed class ConclusionsSpecs
{
    private static readonly DateOnly AsOf = Say.Day.AddDays(31);
    private static readonly JsonSerializerOptions WithoutNulls = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    [Fact]
    public void an_index_is_as_sure_as_its_least_sure_indicator()
    {
        Claim[] claims = [Sure(R1), Sure(R2), Sure(R3), Sure(R4) with { Tier = Tier.B }];

        Assert.Equal(Confidence.Medium, Say.Pair(claims, AsOf).Reliance.Confidence);
    }

    [Fact]
    public void an_index_of_thin_coverage_loses_a_step()
    {
        Assert.Equal(Confidence.Medium, Say.Pair([Sure(R1), Sure(R2), Sure(R3)], AsOf).Reliance.Confidence);
        Assert.Equal(Confidence.High, Say.Pair([Sure(R1), Sure(R2), Sure(R3), Sure(R4)], AsOf).Reliance.Confidence);
    }

    [Fact]
    public void numbers_are_exact_until_they_are_rounded_for_an_answer()
    {
        var exact = Conclusions.ConcludeAll(Methods.First, "CN", [Say.That(R3, 1), Say.That(R4, 1), Say.That(R5, 1)], AsOf).Single();

        Assert.Equal(100m / 3, exact.Reliance.Value);
        Assert.Equal(33.33m, exact.Rounded().Reliance.Value);
    }

    [Fact]
    public void a_supplier_of_no_known_home_or_of_the_country_itself_opens_no_pair()
    {
        Claim[] claims = [Say.That(R4, 1) with { Supplier = Claim.Unattributed }, Say.That(R4, 1) with { Supplier = "CN" }, Say.That(R4, 1) with { Supplier = Claim.EveryPair }];

        Assert.Empty(Conclusions.ConcludeAll(Methods.First, "CN", claims, AsOf));
    }

    [Fact]
    public void what_stands_for_every_pair_enters_each_open_one()
    {
        Claim[] claims = [Say.That(R4, 1), Say.That(R4, 1) with { Supplier = "FR" }, Say.That(S2, 3) with { Supplier = Claim.EveryPair }];

        var pairs = Conclusions.ConcludeAll(Methods.First, "CN", claims, AsOf);

        Assert.Equal([("FR", 3), ("US", 3)], pairs.Select(pair => (pair.Supplier, pair.Of(S2).Value)));
    }

    [Fact]
    public void a_pair_closes_when_its_only_claim_has_ended()
    {
        Claim[] claims = [Say.That(X3, 2), Say.That(X3, 0, ClaimKind.End).OnDay(3)];

        Assert.Single(Conclusions.ConcludeAll(Methods.First, "CN", claims, Say.Day.AddDays(2)));
        Assert.Empty(Conclusions.ConcludeAll(Methods.First, "CN", claims, Say.Day.AddDays(3)));
    }

    [Fact]
    public void nothing_is_inherited_between_countries()
    {
        Assert.Empty(Conclusions.ConcludeAll(Methods.First, "HK", [Say.That(R4, 1)], AsOf));
    }

    [Fact]
    public void what_is_not_known_is_written_as_null_and_not_left_out()
    {
        var russia = Seed.OnUnitedStates("RU", Seed.Claims, Seed.Day);

        var json = JsonSerializer.SerializeToElement(russia, WithoutNulls);

        Assert.Equal(JsonValueKind.Null, json.GetProperty("Reliance").GetProperty("Value").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("Indicators")[0].GetProperty("Score").ValueKind);
    }

    private static Claim Sure(Indicator indicator) => Say.That(indicator, 1) with { Tier = Tier.A, Reviewed = true };
}
