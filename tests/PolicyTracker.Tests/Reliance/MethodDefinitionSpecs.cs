using System.Reflection;
using System.Text.Json;
using PolicyTracker.Measures;
using PolicyTracker.Reliance;
using Xunit;

namespace PolicyTracker.Tests.Reliance;

/// <summary>What the method says of itself.</summary>
public sealed class MethodDefinitionSpecs
{
    [Fact]
    public void the_definition_describes_every_code_of_every_indicator()
    {
        var method = RelianceMethod.Current;

        Assert.Equal(Enum.GetValues<Indicator>(), method.Indicators.Select(indicator => indicator.Id));
        Assert.Equal(method.Indicators.Select(indicator => indicator.Id), method.Indices.SelectMany(index => index.Indicators));
        Assert.All(method.Indicators, indicator => Assert.Equal(indicator.Top + 1, indicator.Levels.Length));
        Assert.All(method.Indicators, indicator => Assert.Equal(indicator.Id.Top(), indicator.Top));
        Assert.All(method.Indices, index => Assert.Equal((int)Math.Ceiling(0.6m * index.Indicators.Length), index.Required));
        Assert.All(method.Indicators, indicator => Assert.Contains(indicator.Id, method.Of(indicator.Index).Indicators));
    }

    [Fact]
    public void the_codebook_names_facts_and_measures_by_their_wire_names()
    {
        var facts = typeof(WireNameAttribute).Assembly.GetTypes().Select(type => type.GetCustomAttribute<WireNameAttribute>()?.Name).OfType<string>();
        var measures = Enum.GetNames<MeasureKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName);

        Assert.Empty(RelianceMethod.Current.Codebook.Select(entry => entry.Says).Except([.. facts, .. measures]));
    }

    [Theory]
    [InlineData("US", "openai/chatgpt", true)]
    [InlineData("US", "DALL-E", true)]
    [InlineData("US", "openai api", true)]
    [InlineData("US", "GitHub Copilot", false)]
    [InlineData("FR", "Le Chat", true)]
    public void a_basket_is_told_by_id_or_name_and_a_supplier_without_one_has_all_its_services_in_it(string supplier, string service, bool inBasket)
    {
        Assert.Equal(inBasket, RelianceMethod.Current.InBasket(supplier, service));
    }
}
