using CsCheck;
using Xunit;

namespace PolicyTracker.Tests;

/// <summary>The vectors are worked examples of Unicode Standard Annex 15.</summary>
public class NfcSpecs
{
    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u2126", "\u03A9")]
    [InlineData("\u1E69", "\u1E69")]
    [InlineData("s\u0323\u0307", "\u1E69")]
    [InlineData("s\u0307\u0323", "\u1E69")]
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307")]
    [InlineData("q\u0307\u0323", "q\u0323\u0307")]
    [InlineData("\uFB01", "\uFB01")]
    [InlineData("2\u2075", "2\u2075")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("\uF900", "\u8C48")]
    [InlineData("文心一言", "文心一言")]
    public void text_is_composed_as_the_standard_says(string given, string expected) => Assert.Equal(expected, Nfc.Normalize(given));

    [Fact]
    public void normalising_twice_changes_nothing() =>
        Gen.Int[0x20, 0x3FF].Array[0, 8].Select(codes => string.Concat(codes.Select(char.ConvertFromUtf32)))
            .Sample(text => Nfc.Normalize(Nfc.Normalize(text)) == Nfc.Normalize(text));
}
