using System.Text.Json;
using PolicyTracker.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.Reliance;

public sealed class TallySpecs
{
    private static readonly SubjectState First = StateOf(Say.That(X3, 2));
    private static readonly SubjectState Later = StateOf(Say.That(X3, 2).OnDay(7));

    [Fact]
    public void states_that_differ_in_their_day_only_are_one_group()
    {
        var group = Assert.Single(Tally.Empty.Add(First).Add(Later).Groups).Value;

        Assert.Equal((2, Later.Newest), (group.Count, group.Latest.Newest));
    }

    [Fact]
    public void two_hundred_thousand_suspensions_stay_one_group()
    {
        var tally = Tally.Empty;
        for (var day = 0; day < 200_000; day++)
            tally = tally.Add(First with { Newest = Say.Day.AddDays(day % 365) });

        Assert.Equal(200_000, Assert.Single(tally.Groups).Value.Count);
        Assert.InRange(JsonSerializer.Serialize(tally).Length, 1, 1000);
    }

    [Fact]
    public void removing_the_holder_of_the_newest_day_asks_for_the_next_one()
    {
        var tally = Tally.Empty.Add(First).Add(Later).Remove(Later, out var newestLost);

        Assert.True(newestLost);
        Assert.Equal(Tally.Empty.Add(First), tally.WithNewest(First.Group(), First.Newest));
    }

    [Fact]
    public void removing_an_older_state_asks_for_nothing()
    {
        Assert.Equal(Tally.Empty.Add(Later), Tally.Empty.Add(First).Add(Later).Remove(First, out var newestLost));
        Assert.False(newestLost);
    }

    [Fact]
    public void removing_the_last_state_leaves_no_trace()
    {
        Assert.Equal(Tally.Empty, Tally.Empty.Add(First).Remove(First, out var newestLost));
        Assert.False(newestLost);
    }

    [Fact]
    public void a_state_that_was_never_added_cannot_be_removed()
    {
        Assert.Throws<InvalidOperationException>(() => Tally.Empty.Remove(First, out _));
    }

    [Fact]
    public void a_tally_survives_storage()
    {
        var tally = Tally.Empty.Add(First).Add(Later).Add(StateOf(Say.That(X3, 3, ClaimKind.Withholding) with { Counted = "o|p:é" }));
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);

        Assert.Equal(tally, JsonSerializer.Deserialize<Tally>(JsonSerializer.Serialize(tally, options), options));
    }

    private static SubjectState StateOf(Claim claim) => SubjectState.Resolve([claim], claim.Effective)!;
}
