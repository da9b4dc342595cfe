using Npgsql;
using NpgsqlTypes;

namespace PolicyTracker.Webhooks;

/// <summary>A subscription, served by the holder alone.</summary>
/// <param name="Token">What the holder shows with all that it writes: a later holder has a higher one, and what an earlier one brings is not taken.</param>
internal sealed record Lease(Subscription Subscription, long Token);

/// <summary>Another node has taken the subscription over.</summary>
internal sealed class LeaseLostException() : Exception("The subscription is served by another node.");

/// <summary>Shares the subscriptions between any number of nodes: each is served by one of them, and that of a node that is gone by the next that asks.</summary>
/// <remarks>Leases run by the database's clock; those of the nodes need not agree.</remarks>
internal sealed partial class Leases(NpgsqlDataSource database, TimeProvider clock, ILogger<Leases> logger)
{
    /// <summary>How long a node that is gone is waited for.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(15);

    private const string Table = SubscriptionRows.Table;
    private const string Free = "coalesce(lease_until <= clock_timestamp(), true)";

    /// <summary>Takes subscriptions that are due and that nobody serves: those first whose last turn is longest ago. One that cannot be read stops no other.</summary>
    /// <param name="most">How many at most.</param>
    /// <param name="head">Up to where the feed can be read.</param>
    /// <param name="served">Those that this node serves already.</param>
    /// <param name="places">How many more of each host are taken; of a host that is not among them, as many as of any.</param>
    public async Task<IReadOnlyList<Lease>> ClaimAsync(
        int most, long head, IEnumerable<string> served, IReadOnlyDictionary<string, int> places, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with due as (
                select id, host, row_number() over (partition by host order by turn_at) as place from {Table}
                 where state = 'active' and (due_at <= @now or watching < @head) and {Free} and id <> all(@served)),
            taken as (
                select s.id from {Table} s join due using (id) left join unnest(@hosts, @places) known (host, places) on known.host = s.host
                 where place <= coalesce(places, {WebhookHosts.MostPerHost}) and state = 'active' and {Free}
                 order by turn_at limit @most for update of s skip locked)
            update {Table} s set lease_token = lease_token + 1, lease_until = clock_timestamp() + @length, turn_at = clock_timestamp()
              from taken where s.id = taken.id
            returning {SubscriptionRows.ColumnsOf("s")}, lease_token
            """);
        command.Add("now", clock.GetUtcNow());
        command.Add("head", head);
        command.Add("served", served.ToArray());
        command.Add("hosts", places.Keys.ToArray());
        command.Add("places", places.Values.ToArray());
        command.Add("most", most);
        command.Add("length", Length);
        var leases = new List<Lease>();
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            try
            {
                leases.Add(new Lease(SubscriptionRows.Read(row), row.GetInt64(row.FieldCount - 1)));
            }
            catch (Exception e) when (e is not NpgsqlException)
            {
                Unreadable(e, row.GetString(0));
            }
        }

        return leases;
    }

    /// <summary>Says that the holder is alive. What it has given back meanwhile stays given back.</summary>
    public async Task RenewAsync(IReadOnlyCollection<Lease> leases, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            update {Table} s set lease_until = clock_timestamp() + @length from unnest(@ids, @tokens) held (id, token) where s.id = held.id and s.lease_token = held.token and s.lease_until is not null
            """);
        command.Add("ids", leases.Select(lease => lease.Subscription.Id).ToArray());
        command.Add("tokens", leases.Select(lease => lease.Token).ToArray());
        command.Add("length", Length);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Gives a subscription back, and says when it is due again. Where somebody has acted on it meanwhile, that is at once.</summary>
    /// <param name="watching">A position beyond which news makes it due; null when news does not.</param>
    public async Task ReleaseAsync(Lease lease, long cursor, DateTimeOffset? due, long? watching, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            update {Table} set lease_until = null, watching = @watching, cursor = case when version = @version then @cursor else cursor end,
                   due_at = case when version = @version then @due else @now end
             where id = @id and lease_token = @token
            """);
        command.Add("id", lease.Subscription.Id);
        command.Add("token", lease.Token);
        command.Add("version", lease.Subscription.Version);
        command.Add("cursor", cursor);
        command.Add("due", NpgsqlDbType.TimestampTz, due);
        command.Add("now", clock.GetUtcNow());
        command.Add("watching", NpgsqlDbType.Bigint, watching);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The version of the subscription now.</summary>
    /// <exception cref="LeaseLostException">Another node serves it.</exception>
    public async Task<long> VersionAsync(Lease lease, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select version from {Table} where id = @id and lease_token = @token");
        command.Add("id", lease.Subscription.Id);
        command.Add("token", lease.Token);
        return await command.ExecuteScalarAsync(cancellation) as long? ?? throw new LeaseLostException();
    }

    /// <summary>Writes what became of an attempt, and the cursor as it is then. A message that was sent before somebody acted on the subscription says nothing of it as it is now.</summary>
    /// <param name="batchLimit">How many events the receiver takes at once, when that was learned.</param>
    /// <returns>The version of the subscription.</returns>
    /// <exception cref="LeaseLostException">Another node serves it; nothing was written.</exception>
    public async Task<long> EndAsync(Lease lease, Message message, Verdict verdict, Attempt attempt, long cursor, int? batchLimit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with mine as (
                update {Table} set cursor = case when version = @version then @cursor else cursor end,
                       batch_limit = case when version = @version then coalesce(@batch_limit, batch_limit) else batch_limit end,
                       failing_since = case when version <> @version then failing_since when @status = 'delivered' then null else coalesce(failing_since, @now) end
                 where id = @id and lease_token = @token returning version),
            {DeliveryLog.Insert("mine", "version = @version", DeliveryLog.InOrder)}
            select version from mine
            """);
        command.AddAttempt(message, verdict, attempt, redelivery: false, clock.GetUtcNow());
        command.Add("token", lease.Token);
        command.Add("version", lease.Subscription.Version);
        command.Add("cursor", cursor);
        command.Add("batch_limit", NpgsqlDbType.Integer, batchLimit);
        return await command.ExecuteScalarAsync(cancellation) as long? ?? throw new LeaseLostException();
    }

    [LoggerMessage(LogLevel.Error, "Subscription {Id} cannot be read, and is not served")]
    private partial void Unreadable(Exception e, string id);
}
