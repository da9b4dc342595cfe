using System.Reflection;
using System.Text.Json;
using PolicyTracker.Measures;
using PolicyTracker.Reliance;
using Xunit;

namespace PolicyTracker.Tests.Reliance;

/// <summary>What the method says of itself.</summary>
public sealed class MethodDefinitionSpecs
{
    public static TheoryData<string> Versions => [.. Methods.Ids];

    [Theory, MemberData(nameof(Versions))]
    public void a_definition_describes_every_code_of_every_indicator(string version)
    {
        var method = Methods.Of(version);

        Assert.Equal(Enum.GetValues<Indicator>(), method.Indicators.Select(indicator => indicator.Id));
        Assert.Equal(method.Indicators.Select(indicator => indicator.Id), method.Indices.SelectMany(index => index.Indicators));
        Assert.All(method.Indicators, indicator => Assert.Equal(indicator.Top + 1, indicator.Levels.Length));
        Assert.All(method.Indices, index => Assert.Equal((int)Math.Ceiling(0.6m * index.Indicators.Length), index.Required));
        Assert.All(method.Indicators, indicator => Assert.Contains(indicator.Id, method.Of(indicator.Index).Indicators));
    }

    [Theory, MemberData(nameof(Versions))]
    public void what_claims_record_has_its_place_on_every_scale(string version)
    {
        var method = Methods.Of(version);

        Assert.All(method.Indicators, indicator =>
        {
            var codes = Enumerable.Range(0, indicator.Id.Top() + 1).Select(value => indicator.CodeOf(ClaimKind.Code, value)).ToList();
            Assert.Equal(codes.Order().Distinct(), codes);
            Assert.Equal((0, indicator.Top), (codes[0], codes[^1]));
        });
        Assert.Equal(Methods.First.Baskets, method.Baskets);
    }

    [Theory, MemberData(nameof(Versions))]
    public void the_codebook_names_facts_and_measures_by_their_wire_names(string version)
    {
        var facts = typeof(WireNameAttribute).Assembly.GetTypes().Select(type => type.GetCustomAttribute<WireNameAttribute>()?.Name).OfType<string>();
        var measures = Enum.GetNames<MeasureKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

        Assert.Empty(Methods.Of(version).Codebook.Select(entry => entry.Says).Except([.. facts, .. measures]));
    }

    [Theory]
    [InlineData("US", "openai/chatgpt", true)]
    [InlineData("US", "DALL-E", true)]
    [InlineData("US", "openai api", true)]
    [InlineData("US", "GitHub Copilot", false)]
    [InlineData("FR", "Le Chat", true)]
    public void a_basket_is_told_by_id_or_name_and_a_supplier_without_one_has_all_its_services_in_it(string supplier, string service, bool inBasket)
    {
        Assert.Equal(inBasket, Methods.First.InBasket(supplier, service));
    }
}
