using System.Data;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using Marten;
using Npgsql;
using PolicyTracker.Recording;

namespace PolicyTracker.Snapshots;

/// <summary>The two times that an answer is given for.</summary>
/// <param name="AsOf">World time: what held on this day.</param>
/// <param name="KnownAt">Record time: what had been recorded by then.</param>
/// <param name="IsLatest">Whether all that the views know is asked for.</param>
public sealed record Moment(DateOnly AsOf, RecordPoint KnownAt, bool IsLatest)
{
    /// <summary>An answer with the moment that it is given for.</summary>
    public JsonObject With(object answer)
    {
        var json = JsonSerializer.SerializeToNode(answer, Json.Options)!.AsObject();
        json["asOf"] = AsOf.ToString("O");
        json["knownAt"] = JsonSerializer.SerializeToNode(KnownAt, Json.Options);
        return json;
    }

    /// <summary>The address of a read, with or without parameters, at this moment.</summary>
    public string At(string address) => $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}asOf={AsOf:O}&knownAt={KnownAt.Sequence}";
}

/// <summary>One reading of the views: a snapshot, in which every row of an answer stands at the same sequence.</summary>
public sealed class Snapshot : IAsyncDisposable
{
    /// <summary>RFC 3339 in capitals, its fraction to the tenth of a microsecond.</summary>
    private static readonly string[] TimeForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private Snapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, Moment moment, CancellationToken cancellation) =>
        (_connection, _transaction, Moment, Cancellation) = (connection, transaction, moment, cancellation);

    public Moment Moment { get; }
    public CancellationToken Cancellation { get; }

    /// <summary>Opens the snapshot that the request's <c>asOf</c> and <c>knownAt</c> ask for, waits for <c>atLeast</c> before, and tells in the answer's header how far the views are.</summary>
    /// <param name="cursor">Where a list goes on: its moment comes before what the request asks for.</param>
    /// <exception cref="Refused">A parameter is no date, time or sequence.</exception>
    public static async Task<Snapshot> OpenAsync(HttpContext http, Cursor? cursor = null)
    {
        await AtLeast.WaitAsync(http);
        var clock = http.RequestServices.GetRequiredService<TimeProvider>();
        return await BeginAsync(http.RequestServices.GetRequiredService<NpgsqlDataSource>(), async (connection, latest) =>
        {
            http.Response.Headers[Write.SequenceHeader] = latest.Sequence.ToString();
            var asked = cursor?.KnownAt.ToString(CultureInfo.InvariantCulture) ?? http.Request.Query["knownAt"].ToString();
            var point = asked.Length == 0 ? latest : await PointAsync(connection, "knownAt", asked, http.RequestAborted);
            return new Moment(cursor?.AsOf ?? AsOf("asOf", http.Request.Query["asOf"].ToString()) ?? Today(clock), point, point.Sequence == latest.Sequence);
        }, http.RequestAborted);
    }

    /// <summary>Opens a snapshot of today and of all that the views know.</summary>
    public static Task<Snapshot> LatestAsync(NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation) =>
        BeginAsync(database, (_, latest) => Task.FromResult(new Moment(Today(clock), latest, IsLatest: true)), cancellation);

    /// <summary>Another moment of the same reading, which a parameter names as <c>asOf,knownAt</c>; a half that is left out is this moment's.</summary>
    /// <exception cref="Refused">A half is no day, time or sequence.</exception>
    public async Task<Snapshot> AtAsync(string parameter, string asked)
    {
        var (day, known) = asked.Split(',', 2) is [var first, var second] ? (first, second) : (asked, "");
        var point = known.Length == 0 ? Moment.KnownAt : await PointAsync(_connection, parameter, known, Cancellation);
        var isLatest = point.Sequence == (await RecordPoints.LatestAsync(_connection, Cancellation)).Sequence;
        return new Snapshot(_connection, _transaction, new Moment(AsOf(parameter, day) ?? Moment.AsOf, point, isLatest), Cancellation);
    }

    /// <summary>The events of a stream that were known at the moment.</summary>
    public async Task<IReadOnlyList<IEvent>> EventsAsync(IDocumentStore store, string stream)
    {
        await using var session = store.QuerySession(Marten.Services.SessionOptions.ForTransaction(_transaction));
        return [.. (await session.Events.FetchStreamAsync(stream, token: Cancellation)).Where(e => e.Sequence <= Moment.KnownAt.Sequence)];
    }

    public NpgsqlCommand Command(string sql) => new(sql, _connection, _transaction);

    /// <summary>Reads every row of a command.</summary>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read)
    {
        var rows = new List<T>();
        await using (command)
        {
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
                rows.Add(read(reader));
        }

        return rows;
    }

    /// <summary>The condition on a table's rows that they were known at the moment; the current rows have an index of their own.</summary>
    public string Known(string alias) => Moment.IsLatest
        ? $"{alias}.known_to is null"
        : $"{alias}.known_from <= {Moment.KnownAt.Sequence} and ({alias}.known_to is null or {alias}.known_to > {Moment.KnownAt.Sequence})";

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static async Task<Snapshot> BeginAsync(NpgsqlDataSource database, Func<NpgsqlConnection, RecordPoint, Task<Moment>> at, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            return new Snapshot(connection, transaction, await at(connection, await RecordPoints.LatestAsync(connection, cancellation)), cancellation);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static DateOnly Today(TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    private static DateOnly? AsOf(string parameter, string text) => text.Length == 0 ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", out var day) ? day
        : throw new Refused([new Violation(Codes.DateNotSupported, parameter, $"'{Echo.Of(text)}' is no day.", ["yyyy-mm-dd"])]);

    private static async Task<RecordPoint> PointAsync(NpgsqlConnection connection, string parameter, string text, CancellationToken cancellation)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            return await RecordPoints.WithAsync(connection, sequence, cancellation);
        // An answer's own time holds a plus, which arrives as a space where it was not escaped.
        if (DateTimeOffset.TryParseExact(text.Replace(' ', '+'), TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return await RecordPoints.AtAsync(connection, at, cancellation);
        throw new Refused([new Violation(Codes.DateNotSupported, parameter, $"'{Echo.Of(text)}' is no time and no sequence.", ["an RFC 3339 time, such as 2026-01-31T12:00:00Z", "a sequence of the store"])]);
    }
}
