using System.Diagnostics.Metrics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry.Metrics;
using PolicyTracker.Broker;
using PolicyTracker.Facts;
using PolicyTracker.Feeds;
using PolicyTracker.Hosting;
using PolicyTracker.Recording;
using PolicyTracker.Registry;
using PolicyTracker.Snapshots;
using PolicyTracker.Tests.Support;
using PolicyTracker.Webhooks;
using Wolverine.Runtime;
using Wolverine.Runtime.Agents;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>The store, its daemon and the feed in this process: a real database, and real HTTP where a spec asks for it.</summary>
internal sealed class FeedHost : IAsyncDisposable
{
    private static readonly DateOnly Today = new(2024, 6, 30);

    private readonly WebApplication _app;

    private FeedHost(WebApplication app) => _app = app;

    public Feed Feed => _app.Services.GetRequiredService<Feed>();
    public NpgsqlDataSource Database => _app.Services.GetRequiredService<NpgsqlDataSource>();
    public IServiceProvider Services => _app.Services;
    public Reconciler Reconciler => Runs<Reconciler>();
    public HttpClient Client { get; } = new();
    public Uri Address => new(_app.Urls.Single());

    private DocumentStore Store => (DocumentStore)_app.Services.GetRequiredService<IDocumentStore>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<FeedHost> StartAsync(string connection, TimeProvider? clock = null, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Test" });
        builder.Logging.ClearProviders();
        if (TestContext.Current.TestOutputHelper is { } output)
            builder.Logging.AddProvider(new TestLog(output));
        builder.Configuration["Urls"] = "http://127.0.0.1:0";
        builder.Configuration["PolicyTracker:Feed:StreamsPerAddress"] = "1000";
        // Only the feed's own rule cuts off whoever is slow.
        builder.WebHost.ConfigureKestrel(server => server.Limits.MinResponseDataRate = null);
        builder.Configuration["PolicyTracker:Feed:CanarySeconds"] = "0";
        builder.Configuration["PolicyTracker:KeyDirectory"] = Path.Combine(AppContext.BaseDirectory, "keys");
        foreach (var (name, value) in settings)
            builder.Configuration[name] = value;
        builder.AddEventStore(connection);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        builder.Services.AddProblems();
        builder.Services.AddFeed(builder.Configuration);
        builder.Services.AddHealth(builder.Configuration);
        builder.Services.AddTelemetry();
        // A provider of figures hears every meter of its name in the process, those of the other hosts too, and takes whichever speaks last.
        builder.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) => metrics.AddView(instrument =>
            instrument.Meter.Scope is null || instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>() ? null : MetricStreamConfiguration.Drop));
        builder.Services.AddBroker(builder.Configuration);
        builder.Services.AddKeyRing(builder.Configuration);
        builder.Services.AddWebhooks(builder.Configuration);
        var app = builder.Build();
        app.UseProblems();
        app.MapHealth();
        app.MapTelemetry();
        app.MapFeed();
        app.MapWebhooks();
        var host = new FeedHost(app);
        var woken = host.WokenAsync();
        await app.StartAsync(Cancellation);
        host.Client.BaseAddress = host.Address;
        await host.ListeningAsync(woken);
        return host;
    }

    /// <summary>Records accounts suspended in a country, each with a holder of its own, in one write.</summary>
    /// <returns>The sequence of the last event.</returns>
    public async Task<long> RecordAsync(string country, params string[] holders)
    {
        var facts = holders.Select(holder => Input.ReadFact(JsonSerializer.SerializeToElement(A.Suspension(country, "OpenAI", holder)), Today).OrRefuse()).ToList();
        var answer = await Services.GetRequiredService<Ledger>().WriteAsync(null, async draft =>
        {
            await RecordFacts.DraftAsync(draft, facts);
            return new Answer(200, "");
        }, Cancellation);
        return answer.Sequence;
    }

    /// <summary>Appends an event in a transaction that is held while something else is done, and rolled back unless that commits it.</summary>
    public async Task WithHeldAsync(string provider, Func<long, Func<Task>, Task> meanwhile)
    {
        await using var connection = await Database.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using var session = Store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
        var stream = session.Events.StartStream<Provider>(Provider.Stream(provider), Registered(provider));
        await session.SaveChangesAsync(Cancellation);
        await meanwhile(stream.Events[0].Sequence, () => transaction.CommitAsync(Cancellation));
    }

    /// <summary>
    /// Waits until the daemon, which an open transaction holds up, has looked at all that is committed by now and still not gone on. It must have come to some
    /// event before: it marks nothing while it stands at the beginning.
    /// </summary>
    public async Task HeldUpAsync()
    {
        // It marks each look that brought it no further, one after the other: the second from now began when this did, or later.
        for (var looks = 0; looks < 2; looks++)
        {
            var before = await MarkedAsync();
            while (Equals(await MarkedAsync(), before))
                Cancellation.ThrowIfCancellationRequested();
        }

        Task<object?> MarkedAsync() => ScalarAsync("select last_updated from policy_events.mt_event_progression where name = 'HighWaterMark'");
    }

    /// <summary>Appends an event in a way in which the daemon passes it over: its transaction is open while a bulk insert moves the high-water mark.</summary>
    /// <returns>Its sequence.</returns>
    public async Task<long> PassOverAsync(string provider)
    {
        var sequence = 0L;
        await WithHeldAsync(provider, async (held, commit) =>
        {
            sequence = held;
            var bulk = StreamAction.Start(Store.Events, Provider.Stream($"beside-{provider}"), Registered($"beside-{provider}"));
            bulk.AggregateType = typeof(Provider);
            await Store.BulkInsertEventsAsync([bulk], cancellation: Cancellation);
            while (await ScalarAsync($"select count(*) from policy_events.mt_event_progression where name in ('feed:All', 'views:All') and last_seq_id > {held}") is not 2L)
                Cancellation.ThrowIfCancellationRequested();
            await commit();
        });
        return sequence;
    }

    /// <summary>The first entries that match, once there are so many.</summary>
    public async Task<IReadOnlyList<FeedEntry>> EntriesAsync(int count, FeedFilter? filter = null)
    {
        var found = new List<FeedEntry>();
        var after = 0L;
        while (found.Count < count)
        {
            var page = await Feed.ReadAsync(after, filter ?? FeedFilter.Everything, 1000, Cancellation);
            found.AddRange(page.Entries);
            after = page.Scanned;
            if (!page.HasMore && found.Count < count)
                Assert.True(await Feed.WaitAsync(after, TimeSpan.FromSeconds(30), Cancellation) > after, $"{found.Count} of {count} entries came.");
        }

        return found;
    }

    /// <summary>Lets the publisher of this process go through the whole store again.</summary>
    public async Task RewindAsync()
    {
        var uri = await StopShardAsync(FeedPublisher.Name);
        await ScalarAsync($"delete from policy_events.mt_event_progression where name = '{FeedPublisher.Name}:All'");
        await Services.GetRequiredService<IWolverineRuntime>().Agents.StartLocallyAsync(uri);
    }

    /// <summary>Takes a shard from this process: no node runs it then.</summary>
    public async Task<Uri> StopShardAsync(string name)
    {
        var uri = (await Services.GetServices<IAgentFamily>().OfType<IEventSubscriptionAgentFamily>().Single().FindAgentUriAsync(ShardLag.NameOf(name), null, Cancellation))!;
        await Services.GetRequiredService<IWolverineRuntime>().Agents.StopLocallyAsync(uri);
        return uri;
    }

    public async Task<object?> ScalarAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    /// <summary>Appends rows to the feed as a publisher does, many at once: of one type, in one country, each of about so many bytes.</summary>
    /// <param name="stream">The stream of each, as SQL of its number n.</param>
    /// <returns>The last position.</returns>
    public async Task<long> InsertAsync(int count, string country = "IS", int bytes = 200, string stream = "'fact/' || n", bool told = true) => (long)(await ScalarAsync($$"""
        with head as (update policy.feed_head set last_position = last_position + {{count}} returning last_position),
        told as materialized (select case when {{told}} then pg_notify('policytracker_feed', '') end),
        rows as (
            insert into policy.feed (position, event_id, sequence, type, stream, stream_version, countries, suppliers, providers, indicators, measure, cause,
                   effective, occurred, recorded_at, published_at, late, event)
            select last_position - {{count}} + n, gen_random_uuid(), last_position - {{count}} + n, 'account_suspended', {{stream}}, 1, '{{{country}}}', '{}', '{}', '{}', null, 'world_changed',
                   '2024-05-01', '2024-05-01', clock_timestamp(), clock_timestamp(), false, '{"id":"' || n || '","pad":"' || repeat('x', {{bytes}}) || '"}'
              from head, generate_series(1, {{count}}) n, told)
        select last_position from head
        """))!;

    /// <summary>Ends when, from now on, every group of readers has been woken.</summary>
    public Task WokenAsync() => Task.WhenAll(Enumerable.Range(0, Feed.Turns).Select(turn => Feed.Signal(turn)));

    /// <summary>Waits until this node has read the feed up to a position.</summary>
    public async Task FollowedAsync(long position)
    {
        while (Feed.Head < position)
            await Feed.WaitAsync(Feed.Head, TimeSpan.FromSeconds(30), Cancellation);
    }

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public async Task<Reply> SendAsync(HttpMethod method, string path, JsonNode? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request, Cancellation);
        return await Reply.ReadAsync(response);
    }

    public Task<SseReader> StreamAsync(string query, string? lastEventId = null) => SseReader.OpenAsync(Client, $"/v1/events/stream?{query}", lastEventId);

    /// <summary>The cursor of a position.</summary>
    public async Task<string> CursorAsync(long position) => new FeedCursor((await Feed.HeadAsync(Cancellation)).Epoch, position).ToString();

    /// <summary>The one service of a kind that runs in the background.</summary>
    public T Runs<T>() where T : IHostedService => Services.GetServices<IHostedService>().OfType<T>().Single();

    /// <summary>What /readyz says of one check.</summary>
    public async Task<JsonNode> ReadinessAsync(string check) => (await GetAsync(Health.ReadyPath))["checks"]![check]!;

    public Task StopAsync() => _app.StopAsync(Cancellation);

    /// <summary>Waits until the node has looked at its feed for the first time, and told its readers so: what comes then is news.</summary>
    private async Task ListeningAsync(Task woken)
    {
        while (true)
        {
            await woken.WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
            woken = WokenAsync();
            if (Feed.Epoch.Length > 0)
                return;
        }
    }

    private static ProviderRegistered Registered(string provider) => new(provider, new ProviderEntry { Name = provider });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}
