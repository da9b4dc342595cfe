using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PolicyTracker.Facts;
using PolicyTracker.Recording;
using PolicyTracker.Registry;
using PolicyTracker.Tests.Feeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>Subscriptions as they are kept, and read when the world has gone on.</summary>
public sealed class KeptSubscriptionSpecs(TestDatabase database) : IAsyncLifetime
{
    private FeedHost _host = null!;
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await WebhookHost.StartAsync(await database.CreateDatabaseAsync());
        _receiver = await WebhookReceiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task one_that_cannot_be_read_stops_no_other()
    {
        var broken = await _host.SubscribeAsync(_receiver);
        await _host.GivenBackAsync(broken);
        await _host.ScalarAsync($"update policy.webhook_subscription set settings = '[]' where id = '{broken.Id}'");
        var other = await _host.SubscribeAsync(_receiver);
        // Both are due by the same news, and taken together.
        await _host.GivenBackAsync(other);
        await _host.InsertAsync(1);
        await _receiver.NextAsync();
    }

    [Fact]
    public async Task one_that_was_kept_without_a_scheme_is_signed_with_its_secret_still()
    {
        var subscribed = await _host.SubscribeAsync(_receiver);
        await _host.GivenBackAsync(subscribed);
        Assert.Equal(1, await _host.ScalarAsync("update policy.webhook_subscription set settings = (settings::jsonb - 'signature')::text where settings like '%\"signature\":\"hmac\"%' returning 1"));
        await _host.InsertAsync(1);
        Assert.True((await _receiver.NextAsync()).IsSignedBy(subscribed.Secret, TimeProvider.System.GetUtcNow()));
        var read = await _host.ReadAsync(subscribed);
        Assert.Equal(("hmac", null), (read.Text("signature"), read.Body!["publicKeys"]));
        Assert.StartsWith("whsec_", (await _host.PostAsync($"{subscribed.Path}/rotate-secret")).Is(HttpStatusCode.OK).Text("secret"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_provider_that_is_merged_into_another_is_followed_there()
    {
        await _host.RecordAsync("IS", "a lab");
        await RecordAsync("Successor", "a lab");
        await _host.UntilAsync(async () => await _host.ScalarAsync("select count(*) from policy.provider_version where provider_id in ('openai', 'successor')") is 2L);
        // Each fact and the provider that it names: what comes after the latest is of none of them.
        await _host.EntriesAsync(4);
        var filter = new JsonObject { ["provider"] = new JsonArray("OpenAI"), ["type"] = new JsonArray("account_suspended") };
        var subscribed = await _host.SubscribeAsync(_receiver, new JsonObject { ["start"] = "latest", ["filter"] = filter });
        Assert.Equal("openai", (await _host.ReadAsync(subscribed))["filter"]["provider"]![0]!.GetValue<string>());

        await WriteAsync(draft =>
        {
            draft.Append(Provider.Stream("openai"), new ProviderMerged("openai", "successor", "One company under two names.", []));
            return Task.CompletedTask;
        });
        await _host.UntilAsync(async () => await _host.ScalarAsync("select survivor from policy.provider_version where provider_id = 'openai' and known_to is null") is "successor");
        await RecordAsync("Successor", "another lab");
        var data = JsonNode.Parse((await _receiver.NextAsync()).Body)!["data"]!;
        Assert.Contains("another lab", data.ToJsonString(), StringComparison.Ordinal);
    }

    private Task<Answer> RecordAsync(string provider, string holder) => WriteAsync(draft =>
        RecordFacts.DraftAsync(draft, [Input.ReadFact(JsonSerializer.SerializeToElement(A.Suspension("IS", provider, holder)), new DateOnly(2024, 6, 30)).OrRefuse()]));

    private Task<Answer> WriteAsync(Func<Draft, Task> write) => _host.Services.GetRequiredService<Ledger>().WriteAsync(null, async draft =>
    {
        await write(draft);
        return new Answer(200, "");
    }, TestContext.Current.CancellationToken);
}
