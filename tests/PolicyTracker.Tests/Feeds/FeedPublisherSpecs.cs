using System.Text.Json;
using PolicyTracker.Facts.Types;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>What is appended to the store comes to the feed: once, in one order, in the form that the standard's own library reads.</summary>
public sealed class FeedPublisherSpecs(TestDatabase database)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task an_event_is_a_cloud_event_that_the_library_of_the_standard_reads()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        await host.RecordAsync("IS", "a lab");
        // The provider of the fact is registered with it.
        var entries = await host.EntriesAsync(2);
        var entry = Assert.Single(entries, e => e.Type == "account_suspended");

        var read = FeedEvent.Read(entry.Json);
        Assert.True(read.IsValid);
        Assert.Equal(("policytracker.account_suspended.v1", "/policytracker", entry.Id.ToString(), entry.Stream), (read.Type, read.Source!.OriginalString, read.Id, read.Subject));
        Assert.Equal(new DateTimeOffset(2024, 5, 1, 0, 0, 0, TimeSpan.Zero), read.Time);
        Assert.Equal("/v1/event-types/account_suspended", read.DataSchema!.AbsolutePath);
        Assert.Equal(("2024-05-01", "world_changed", false, 1), ((string)read["occurred"]!, (string)read["cause"]!, (bool)read["late"]!, (int)read["streamversion"]!));
        Assert.Equal((entry.Position.ToString("D20"), entry.Sequence.ToString(), entry.Stream), ((string)read["sequence"]!, (string)read["storesequence"]!, (string)read["partitionkey"]!));
        var fact = ((JsonElement)read.Data!).Deserialize<AccountSuspended>(Json.Options)!;
        Assert.Equal(("IS", "a lab", "openai"), (fact.Country, fact.Holder, fact.RegistryIds["provider"]));
    }

    [Fact]
    public async Task what_an_event_brings_again_is_there_already()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        await host.RecordAsync("IS", "first", "second");
        var before = await host.EntriesAsync(3);
        await host.RewindAsync();
        await host.RecordAsync("IS", "third");
        var after = await host.EntriesAsync(4);
        Assert.Equal(before.Select(e => (e.Position, e.Id)), after.Take(3).Select(e => (e.Position, e.Id)));
        Assert.True(after[3].Position > before[2].Position + 3, "The positions of what was there already stay unused.");
    }
}
