using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>A name of a receiver is the subscriber's to choose, and what it leads to is too. It leads nowhere but to the public internet.</summary>
public sealed class EgressSpecs
{
    private static readonly WebhookMessage Message = new("e1", "application/cloudevents+json", "{}"u8.ToArray());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1"), InlineData("127.255.0.9"), InlineData("0.0.0.0"), InlineData("::1"), InlineData("::"), InlineData("::ffff:127.0.0.1"), InlineData("64:ff9b::127.0.0.1")]
    [InlineData("10.0.0.5"), InlineData("172.20.0.1"), InlineData("192.168.1.1"), InlineData("169.254.169.254"), InlineData("100.100.100.200"), InlineData("fd00:ec2::254"), InlineData("fe80::1")]
    // One is enough, wherever it stands among public ones.
    [InlineData("8.8.8.8", "127.0.0.1"), InlineData("127.0.0.1", "8.8.8.8"), InlineData("2606:4700::1111", "::1"), InlineData("8.8.8.8", "8.8.4.4", "10.0.0.1")]
    public async Task a_name_that_leads_inside_is_not_connected_to(params string[] addresses)
    {
        await using var inside = await WebhookReceiver.StartAsync();
        var attempt = await PostAsync(Leading(new WebhookOptions(), addresses), $"http://hooks.example.com:{inside.Url.Port}/");
        Assert.Equal((AttemptResult.Failed, "unreachable"), (attempt.Result, attempt.Error));
        Assert.Empty(inside.All);
    }

    /// <summary>The URL's own check would refuse these; whatever passes it by some mistake ends here.</summary>
    [Theory]
    [InlineData("127.0.0.1"), InlineData("localhost"), InlineData("2130706433"), InlineData("0x7f.1"), InlineData("0177.0.0.1"), InlineData("127.1"), InlineData("0"), InlineData("[::1]"), InlineData("[::ffff:7f00:1]"), InlineData("１２７.0.0.1")]
    public async Task nor_is_what_needs_no_name(string host)
    {
        await using var inside = await WebhookReceiver.StartAsync();
        var egress = new Egress(new WebhookOptions(), async (name, cancellation) => await Dns.GetHostAddressesAsync(name, cancellation), NullLogger<Egress>.Instance);
        Assert.Equal("unreachable", (await PostAsync(egress, $"http://{host}:{inside.Url.Port}/")).Error);
        Assert.Empty(inside.All);
    }

    [Fact]
    public async Task what_was_checked_is_connected_to_and_each_connection_is_checked_anew()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answer = _ => new WebhookAnswer(Headers: ("Connection", "close"));
        // The name leads where it may first and then, for whoever asks again, elsewhere: the same machine by an address that is not allowed.
        var answers = new Queue<IPAddress>([IPAddress.Parse("127.0.0.1"), IPAddress.Parse("127.0.0.2"), IPAddress.Parse("::1"), IPAddress.Parse("127.0.0.1")]);
        var egress = new Egress(new WebhookOptions { AllowedHosts = ["127.0.0.1/32"] }, (_, _) => Task.FromResult<IReadOnlyList<IPAddress>>([answers.Dequeue()]), NullLogger<Egress>.Instance);
        var options = new WebhookOptions();
        using var client = new WebhookClient(egress, options, TimeProvider.System);
        var results = new List<AttemptResult>();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            results.Add((await client.PostAsync(Target($"http://rebind.example.com:{receiver.Url.Port}/"), Message, [], Cancellation)).Result);
            Assert.Equal(4 - attempt, answers.Count);
        }

        Assert.Equal([AttemptResult.Delivered, AttemptResult.Failed, AttemptResult.Failed, AttemptResult.Delivered], results);
        Assert.Equal(2, receiver.All.Count);
    }

    [Theory]
    [InlineData("8.8.4.4"), InlineData("::ffff:8.8.4.4"), InlineData("64:ff9b::8.8.4.4")]
    public void a_public_name_may_not_lead_back_to_this_node(string form)
    {
        var egress = new Egress(new WebhookOptions(), (_, _) => throw new InvalidOperationException(), NullLogger<Egress>.Instance) { Own = () => [IPAddress.Parse("8.8.4.4")] };
        Assert.Null(egress.Refused("hooks.example.com", [IPAddress.Parse("8.8.8.8")]));
        Assert.Equal(IPAddress.Parse(form), egress.Refused("hooks.example.com", [IPAddress.Parse("8.8.8.8"), IPAddress.Parse(form)]));
    }

    [Theory]
    [InlineData("receiver"), InlineData("127.0.0.0/8"), InlineData("127.0.0.1")]
    public async Task what_the_operator_allows_is_connected_to(string allowed)
    {
        await using var inside = await WebhookReceiver.StartAsync();
        var egress = Leading(new WebhookOptions { AllowedHosts = [allowed] }, "127.0.0.1");
        Assert.Equal(AttemptResult.Delivered, (await PostAsync(egress, $"http://receiver:{inside.Url.Port}/")).Result);
        Assert.Single(inside.All);
    }

    [Fact]
    public async Task with_a_proxy_everything_goes_through_it_and_no_name_is_asked_for_here()
    {
        await using var proxy = await WebhookReceiver.StartAsync();
        var egress = new Egress(new WebhookOptions { EgressProxy = proxy.Url }, (_, _) => throw new InvalidOperationException(), NullLogger<Egress>.Instance);
        Assert.Equal(AttemptResult.Delivered, (await PostAsync(egress, "http://hooks.example.com/x")).Result);
        Assert.Equal("hooks.example.com", Assert.Single(proxy.All).Headers["Host"]);
    }

    /// <summary>A way out on which every name leads to these addresses.</summary>
    private static Egress Leading(WebhookOptions options, params string[] addresses) =>
        new(options, (_, _) => Task.FromResult<IReadOnlyList<IPAddress>>([.. addresses.Select(IPAddress.Parse)]), NullLogger<Egress>.Instance);

    private static async Task<Attempt> PostAsync(Egress egress, string url)
    {
        using var client = new WebhookClient(egress, new WebhookOptions(), TimeProvider.System);
        return await client.PostAsync(Target(url), Message, [], Cancellation);
    }

    private static WebhookTarget Target(string url) => new(new Uri(url), [WebhookSecret.Generate()], new Dictionary<string, string>(), TimeSpan.FromSeconds(30));
}
