using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PolicyTracker.Feeds.Catalogue;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Docs;

/// <summary>The programs of the page on subscribing, run as its reader would: stopped, started again, refused, and told the same thing twice.</summary>
public sealed class SubscribingSpecs(TestDatabase database)
{
    private static readonly Page Subscribing = Page.Read("subscribing.md");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("pages.sh", "bash", "bash curl jq")]
    [InlineData("pages.py", "python3", "python3")]
    [InlineData("stream.mjs", "node", "node")]
    [InlineData("stream.cs", "dotnet run", "dotnet")]
    public async Task a_subscriber_handles_every_event_once_whatever_happens_to_it(string file, string command, string tools)
    {
        Tool.Require(tools.Split(' '));
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, file), Subscribing.FileText(file), Cancellation);
        await using var service = await SeededService.StartAsync(await database.CreateSeededDatabaseAsync(), ("PolicyTracker__Feed__StreamsPerAddress", "100"));
        await service.AnnouncedAsync();
        var told = await EventsAsync(service);

        using (var first = Start())
        {
            Assert.Equal(told, await first.NextAsync(told.Count));
            await RemembersAsync(told[^1]);
        }

        // Started again it goes on; what it had is not handled again.
        var fact = await RecordAsync(service, "a holder");
        using (var again = Start())
        {
            Assert.Equal(fact, await NextFactAsync(again));
            fact = await RecordAsync(service, "another holder");
            Assert.Equal(fact, await NextFactAsync(again));
            await RemembersAsync(fact);
        }

        // Its cursor is of another numbering: it begins again, and knows what it had.
        await service.ColumnAsync("update policy.feed_head set epoch = 'ffffffff'");
        fact = await RecordAsync(service, "a third holder");
        using var refused = Start();
        Assert.Equal(fact, await NextFactAsync(refused));

        Subscriber Start() => Subscriber.Start($"{command} {file}", folder.Path, ("PT", service.Address));

        // It prints what it handles and then remembers it: killed in between, it would rightly handle that again.
        Task RemembersAsync(string last) => file.StartsWith("stream.", StringComparison.Ordinal) ? KeptAsync(service, Path.Combine(folder.Path, "handled"), last) : WaitsAsync(service);
    }

    [Fact]
    public async Task a_receiver_takes_what_is_signed_once_and_refuses_the_rest()
    {
        Tool.Require("python3");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "receive.py"), Subscribing.FileText("receive.py"), Cancellation);
        var (secret, port) = ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Port.Free());
        using var receiver = Subscriber.Start("python3 receive.py", folder.Path, ("WEBHOOK_SECRET", secret), ("PORT", port.ToString()));
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await ListeningAsync(port);

        var e = EventExamples.ByName["account_suspended"];
        var (body, now) = (e.GetRawText(), TimeProvider.System.GetUtcNow());
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(body, now, "v1,c2lnbmVkIGJ5IG5vYm9keQ==")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(body, now.AddMinutes(-10), Sign(body, now.AddMinutes(-10)))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync($"{body} ", now, Sign(body, now))).StatusCode);
        // The secret before it still signs, and what is sent again is taken and not handled again.
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(body, now, $"v1,b2xk {Sign(body, now)}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(body, now, Sign(body, now))).StatusCode);
        var other = body.Replace(e.GetProperty("id").GetString()!, "018f61d0-58a0-7000-8000-000000000043", StringComparison.Ordinal).Replace("fact/", "fact/other-", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(other, now, Sign(other, now))).StatusCode);
        Assert.Equal([LineOf(JsonNode.Parse(body)!), LineOf(JsonNode.Parse(other)!)], await receiver.NextAsync(2));

        const string ping = """{"type": "policytracker.ping.v1", "data": {"challenge": "abc"}}""";
        Assert.Equal("abc", await (await SendAsync(ping, now, Sign(ping, now))).Content.ReadAsStringAsync(Cancellation));

        string Sign(string text, DateTimeOffset sent) =>
            $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"msg_1.{sent.ToUnixTimeSeconds()}.{text}")))}";

        async Task<HttpResponseMessage> SendAsync(string text, DateTimeOffset sent, string signature)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(text) };
            request.Headers.Add("webhook-id", "msg_1");
            request.Headers.Add("webhook-timestamp", sent.ToUnixTimeSeconds().ToString());
            request.Headers.TryAddWithoutValidation("webhook-signature", signature);
            return await client.SendAsync(request, Cancellation);
        }
    }

    /// <summary>What the feed holds of China, once it holds all that is recorded.</summary>
    private static async Task<IReadOnlyList<string>> EventsAsync(RunningService service)
    {
        await service.PublishedAsync();
        return [.. (await service.GetAsync("/v1/events?country=CN&limit=1000")).Is(HttpStatusCode.OK)["data"].AsArray().Select(e => LineOf(e!))];
    }

    /// <summary>The next event that it handles but for those that follow from a fact, which come in their own time.</summary>
    private static async Task<string> NextFactAsync(Subscriber subscriber)
    {
        while (true)
            if ((await subscriber.NextAsync(1)).Single() is var line && !line.StartsWith("policytracker.reliance_changed", StringComparison.Ordinal))
                return line;
    }

    /// <summary>Waits until a reader of pages asks for what comes: it remembers a page before it asks for the next, and gives up its place before it has one.</summary>
    private static async Task WaitsAsync(RunningService service)
    {
        while ((await service.GetAsync("/v1/events/stats"))["streams"].GetValue<int>() == 0)
            Cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Waits until a reader of the stream, which it holds all the time, has kept the whole line of an event.</summary>
    private static async Task KeptAsync(RunningService service, string handled, string line)
    {
        var id = (await service.GetAsync("/v1/events?country=CN&limit=1000")).Is(HttpStatusCode.OK)["data"].AsArray().Last(e => LineOf(e!) == line)!["id"]!.GetValue<string>();
        while (!await IsKeptAsync())
            Cancellation.ThrowIfCancellationRequested();

        async Task<bool> IsKeptAsync()
        {
            if (!File.Exists(handled))
                return false;
            using var text = new StreamReader(new FileStream(handled, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return (await text.ReadToEndAsync(Cancellation)).Contains($" {id}\n", StringComparison.Ordinal);
        }
    }

    private static async Task<string> RecordAsync(RunningService service, string holder) =>
        $"policytracker.account_suspended.v1 fact/{(await service.PostAsync("/v1/facts", A.Suspension("CN", "OpenAI", holder))).Is(HttpStatusCode.Created).Text("id")}";

    private static string LineOf(JsonNode e) => $"{e["type"]} {e["subject"]}";

    private static async Task ListeningAsync(int port)
    {
        while (true)
        {
            using var connection = new TcpClient();
            try
            {
                await connection.ConnectAsync(IPAddress.Loopback, port, Cancellation);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }
    }
}
