using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PolicyTracker.Feeds;
using PolicyTracker.Tests.Docs;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using PolicyTracker.Tests.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Hosting;

/// <summary>What a scraper reads, and what the page for operators says of it.</summary>
public sealed partial class TelemetrySpecs(TestDatabase database)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task every_figure_that_the_operators_page_names_is_scraped_and_no_other_of_ours()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => new WebhookAnswer(500);
        await using var host = await WebhookHost.StartAsync(await database.CreateDatabaseAsync());
        var waiting = await host.SubscribeAsync(receiver);
        await host.RecordAsync("IS", "a lab");
        await host.EntriesAsync(2);
        (await host.GetAsync("/v1/events")).Is(System.Net.HttpStatusCode.OK);
        await using (var stream = await host.StreamAsync("after=earliest"))
            await stream.NextAsync("policy-event");

        var page = Page.Read("operations.md").Text;
        var named = Figure().Matches(page).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(named.Count > 8, $"The page names {named.Count} figures.");
        // Those of the database are read in the background.
        string scraped;
        do
            scraped = await host.Client.GetStringAsync("/metrics", Cancellation);
        while (Behind().Match(scraped).Groups["subscription"].Value != waiting.Id);

        var exposed = Type().Matches(scraped).Select(match => match.Groups["name"].Value).Distinct().ToList();
        Assert.Equal(named, exposed.Where(name => name.StartsWith("policytracker_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Matches("""policytracker_feed_delivered_total\{[^}]*channel="pull"\} [1-9]""", scraped);
        Assert.Matches($$"""policytracker_webhook_parked\{[^}]*subscription="{{waiting.Id}}"[^}]*\} 0\b""", scraped);
        // An alarm on the first repair needs the figure before it.
        Assert.Matches(@"policytracker_feed_repaired_total\{[^}]*\} \d", scraped);
        foreach (var meter in (string[])["marten_", "http_server_request_duration_seconds", "kestrel_active_connections", "db_client_", "dotnet_"])
            Assert.Contains(exposed, name => name.StartsWith(meter, StringComparison.Ordinal));
    }

    [Fact]
    public async Task two_hosts_in_one_process_tell_each_its_own()
    {
        await using var one = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        await using var other = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        one.Services.GetRequiredService<FeedMetrics>().Repaired(3);
        other.Services.GetRequiredService<FeedMetrics>().Repaired(4);
        Assert.Matches(@"policytracker_feed_repaired_total\{[^}]*\} 3\b", await one.Client.GetStringAsync("/metrics", Cancellation));
        Assert.Matches(@"policytracker_feed_repaired_total\{[^}]*\} 4\b", await other.Client.GetStringAsync("/metrics", Cancellation));
    }

    [GeneratedRegex("""policytracker_webhook_lag_seconds\{[^}]*subscription="(?<subscription>\w+)"[^}]*\} (?!0\s)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Behind();

    [GeneratedRegex(@"policytracker_\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Figure();

    [GeneratedRegex(@"^# TYPE (?<name>\w+) ", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Type();
}
