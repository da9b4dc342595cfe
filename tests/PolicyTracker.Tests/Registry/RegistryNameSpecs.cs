using PolicyTracker.Registry;
using Xunit;

namespace PolicyTracker.Tests.Registry;

/// <summary>Which spellings are one name, and what id a new name gets.</summary>
public sealed class RegistryNameSpecs
{
    [Theory]
    [InlineData("LLaMA 2", "Llama-2")]
    [InlineData("Open AI", "OPENAI")]
    [InlineData("DALL·E", "Dall-E")]
    public void spelling_does_not_tell_names_apart(string one, string other) => Assert.Equal(RegistryName.OfProvider(one), RegistryName.OfProvider(other));

    [Theory]
    [InlineData("DeepSeek-Coder-6.7B", "DeepSeek-Coder-67B")]
    [InlineData("GPT-4.1", "GPT-41")]
    [InlineData("通义千问", "文心一言")]
    [InlineData("!!!", "212121")]
    public void different_names_get_different_ids(string one, string other)
    {
        Assert.NotEqual(RegistryName.OfProvider(one), RegistryName.OfProvider(other));
        Assert.NotEqual(RegistryName.OfProvider(one).NewId(one), RegistryName.OfProvider(other).NewId(other));
    }

    [Fact]
    public void no_id_of_a_model_is_the_address_of_something_else()
    {
        Assert.Equal("openai/-lineage", RegistryName.OfTechnology("openai", "Lineage").NewId("Lineage"));
        Assert.Equal("lineage", RegistryName.OfProvider("Lineage").NewId("Lineage"));
    }

    [Fact]
    public void an_id_is_no_longer_than_its_names_however_odd_they_are()
    {
        var odd = string.Concat(Enumerable.Repeat("☃", 200));
        var provider = RegistryName.OfProvider(odd).NewId(odd);
        Assert.True($"{provider}{RegistryName.OfTechnology(provider, odd).NewId(odd)}".Length < 100);
    }
}
