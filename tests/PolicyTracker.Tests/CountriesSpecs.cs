using CsCheck;
using Xunit;

namespace PolicyTracker.Tests;

public class CountriesSpecs
{
    [Fact]
    public void the_249_officially_assigned_codes_and_the_EU_are_known()
    {
        Assert.Equal(249 + 1, Countries.All.Count);
        Assert.Equal(Countries.All.Count, Countries.All.Select(Countries.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("CN", "China")]
    [InlineData("HK", "Hong Kong")]
    [InlineData("MO", "Macao")]
    [InlineData("TW", "Taiwan")]
    [InlineData("EU", "European Union")]
    [InlineData("GB", "United Kingdom")]
    public void countries_have_their_english_names(string code, string name) => Assert.Equal(name, Countries.Name(code));

    [Theory]
    [InlineData("XX")]
    [InlineData("T1")]
    [InlineData("XK")]
    [InlineData("UK")]
    [InlineData("ZZ")]
    [InlineData("cn")]
    [InlineData("CHN")]
    [InlineData("")]
    public void pseudo_codes_and_other_spellings_are_unknown(string code) => Assert.False(Countries.IsKnown(code));

    [Theory]
    [InlineData("cn", "CN")]
    [InlineData("CHN", "CN")]
    [InlineData("USA", "US")]
    [InlineData("UK", "GB")]
    [InlineData("EL", "GR")]
    [InlineData("China", "CN")]
    [InlineData("south korea", "KR")]
    [InlineData("Britain", "GB")]
    [InlineData("Burma", "MM")]
    [InlineData("Macau", "MO")]
    [InlineData("Germny", "DE")]
    [InlineData("Philip", "PH")]
    [InlineData("DEX", "DE")]
    public void the_likeliest_meaning_comes_first(string text, string code) => Assert.Equal(code, Countries.Nearest(text)[0]);

    [Fact]
    public void no_text_yields_more_than_five_or_an_unknown_code() => Gen.String[0, 6].Sample(text =>
        Countries.Nearest(text).Count <= 5 && Countries.Nearest(text).All(Countries.IsKnown));

    [Fact]
    public void every_code_is_its_own_nearest() => Assert.All(Countries.All, code => Assert.Equal(code, Countries.Nearest(code)[0]));
}
