using System.Net;
using System.Threading.Channels;
using Microsoft.Playwright;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Docs;

/// <summary>The browser's own EventSource, as the page on subscribing uses it, while the service stops and starts again.</summary>
public sealed class BrowserSpecs(TestDatabase database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task an_event_source_reconnects_over_a_restart_and_misses_nothing()
    {
        var chromium = Tool.Find("chromium", "chromium-browser", "google-chrome");
        Assert.SkipWhen(chromium is null, "This test needs Chromium, which is not on this machine.");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = chromium, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync();
        var heard = Channel.CreateUnbounded<string>();
        page.Console += (_, message) => heard.Writer.TryWrite(message.Text);

        var connection = await database.CreateDatabaseAsync();
        var address = $"http://127.0.0.1:{Port.Free()}";
        (string, string)[] settings = [("Urls", address), ("PolicyTracker__Seeds", "false")];
        var recorded = new List<string>();
        await using (var service = await RunningService.StartAsync(connection, settings))
        {
            await RecordAsync(service, "before");
            await page.GotoAsync($"{address}/docs");
            await page.EvaluateAsync(Page.Read("subscribing.md").FileText("browser.js"));
            await HearAsync();
            await RecordAsync(service, "live");
            await HearAsync();
            // It is cut off with these on their way.
            await RecordAsync(service, "at the end");
            await service.StopAsync();
        }

        await using var restarted = await RunningService.StartAsync(connection, settings);
        await RecordAsync(restarted, "after");
        await HearAsync();

        async Task RecordAsync(RunningService service, string holder)
        {
            for (var n = 0; n < 10; n++)
                recorded.Add((await service.PostAsync("/v1/facts", A.Suspension("CN", "OpenAI", $"{holder} {n}"))).Is(HttpStatusCode.Created).Text("id"));
        }

        // Hears what was recorded, and nothing of it twice: a second time would come before the last.
        async Task HearAsync()
        {
            var facts = new List<string>();
            while (facts.Count < recorded.Count)
            {
                var said = await heard.Reader.ReadAsync(Cancellation).AsTask().WaitAsync(Patience, Cancellation);
                if (said.StartsWith("policytracker.account_suspended.v1 fact/", StringComparison.Ordinal))
                    facts.Add(said.Split('/')[^1]);
            }

            Assert.Equal(recorded, facts);
            recorded.Clear();
        }
    }
}
