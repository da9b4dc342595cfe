using CsCheck;
using Xunit;

namespace PolicyTracker.Tests;

public class NearestSpecs
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ab", "ba", 1)]
    [InlineData("source", "sourec", 1)]
    public void the_distance_counts_typing_errors(string a, string b, int distance) => Assert.Equal(distance, Nearest.Distance(a, b));

    [Fact]
    public void the_distance_is_the_same_from_both_sides() => Gen.Select(Gen.String[0, 12], Gen.String[0, 12]).Sample((a, b) =>
        Nearest.Distance(a, b) == Nearest.Distance(b, a) && (Nearest.Distance(a, b) == 0) == (a == b));

    [Fact]
    public void the_closest_come_first_and_strangers_not_at_all() => Assert.Equal(["provider", "providers"], Nearest.To("Provider", ["country", "providers", "provider", "x"]));

    [Fact]
    public void a_text_of_any_length_is_answered() => Assert.Empty(Nearest.To(new string('x', 1_000_000), ["provider"]));
}
