using System.Data;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;

namespace PolicyTracker.Recording;

/// <summary>The one way into the event store: HTTP, seeds and imports all write here, each call in one transaction.</summary>
/// <remarks>
/// The events, the names and keys they reserve and the answer kept for an idempotency key commit together or not at all. A race that was lost
/// is decided again from the start; a commit whose outcome is unknown is left to the caller, whose retry meets its own natural key.
/// </remarks>
public sealed class Ledger(IDocumentStore store, NpgsqlDataSource database, TimeProvider clock)
{
    private const int MostAttempts = 6;

    /// <summary>Runs one decision and commits what it drafted.</summary>
    /// <exception cref="Refused">The decision refused; nothing was written.</exception>
    public async Task<Answer> WriteAsync(IdempotencyKey? key, Func<Draft, Task<Answer>> decide, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AttemptAsync(key, decide, cancellation);
            }
            catch (Exception e) when (attempt < MostAttempts && IsLostRace(e))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(15 * attempt), clock, cancellation);
            }
        }
    }

    private async Task<Answer> AttemptAsync(IdempotencyKey? key, Func<Draft, Task<Answer>> decide, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            return await WriteOnAsync(connection, key, decide, cancellation);
        }
        // The store repeats a read that failed, and what it meets on a connection that is gone hides why it is gone.
        catch (InvalidOperationException e) when (connection.State != ConnectionState.Open)
        {
            throw new NpgsqlException("The connection was lost before the write was committed.", new IOException(e.Message, e));
        }
    }

    private async Task<Answer> WriteOnAsync(NpgsqlConnection connection, IdempotencyKey? key, Func<Draft, Task<Answer>> decide, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (key is not null && await KeptAnswers.FindAsync(transaction, key, cancellation) is { } first)
            return first;

        await using var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction));
        var draft = new Draft(session, transaction, clock.GetUtcNow(), cancellation);
        var answer = await decide(draft);
        await draft.SaveAsync();
        answer = answer with { Sequence = draft.LastSequence ?? answer.Sequence };
        if (key is not null)
            await KeptAnswers.KeepAsync(transaction, key, answer, clock.GetUtcNow(), cancellation);
        await transaction.CommitAsync(cancellation);
        return answer;
    }

    private static bool IsLostRace(Exception e) => e switch
    {
        ConcurrencyException or Marten.Exceptions.ExistingStreamIdCollisionException => true,
        PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation } => true,
        { InnerException: { } inner } => IsLostRace(inner),
        _ => false,
    };
}

/// <summary>What a write answers, and what a repeat of it answers again.</summary>
/// <param name="Status">The HTTP status: 201 when something was recorded, 200 when it held already.</param>
/// <param name="Content">The body.</param>
/// <param name="Location">Where the new resource is read.</param>
/// <param name="Sequence">The store's sequence of the last event that the answer rests on; 0 when there is none.</param>
public sealed record Answer(int Status, object Content, string? Location = null, long Sequence = 0);

/// <summary>One write being prepared: reads under lock, and events that commit together.</summary>
public sealed class Draft(IDocumentSession session, NpgsqlTransaction transaction, DateTimeOffset now, CancellationToken cancellation)
{
    /// <summary>The header of an event that tells how many events of the same write follow it.</summary>
    public const string RemainingHeader = "remaining";

    private const long AppendLock = 5_080_001;

    private readonly List<IEvent> _drafted = [];
    private int _saved;

    public CancellationToken Cancellation => cancellation;
    public DateOnly Today { get; } = DateOnly.FromDateTime(now.UtcDateTime);

    /// <summary>The sequence of the last event that this write stored, once it is saved.</summary>
    public long? LastSequence => _drafted.Count == 0 ? null : _drafted.Max(e => e.Sequence);

    public NpgsqlCommand Command(string sql)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        return command;
    }

    /// <summary>The stream's events, with the stream held against other writers until this write ends. Empty when there is no such stream.</summary>
    public async Task<IReadOnlyList<IEvent>> ReadLockedAsync(string stream)
    {
        await using var command = Command("select pg_advisory_xact_lock(hashtextextended($1, 0))");
        command.Parameters.AddWithValue(stream);
        await command.ExecuteNonQueryAsync(cancellation);
        return await session.Events.FetchStreamAsync(stream, token: cancellation);
    }

    /// <summary>The stream's events as they are now, held against nobody.</summary>
    public Task<IReadOnlyList<IEvent>> ReadAsync(string stream) => session.Events.FetchStreamAsync(stream, token: cancellation);

    public async Task<bool> ExistsAsync(string stream) => await session.Events.FetchStreamStateAsync(stream, cancellation) is not null;

    public void Start<TStream>(string stream, params IEnumerable<object> events) where TStream : class =>
        _drafted.AddRange(session.Events.StartStream<TStream>(stream, events).Events);

    public void Append(string stream, params IEnumerable<object> events)
    {
        var appended = events.ToList();
        _drafted.AddRange(session.Events.Append(stream, appended).Events.TakeLast(appended.Count));
    }

    /// <summary>Stores what is drafted so far, uncommitted, so that the next decision of this write reads it.</summary>
    /// <remarks>
    /// Each event is marked with how many of them are still to come, and no other write appends between them: so a reader of the store can treat
    /// one write as one change. Single events append side by side.
    /// </remarks>
    public async Task SaveAsync()
    {
        var unsaved = _drafted[_saved..];
        for (var i = 0; i < unsaved.Count; i++)
            unsaved[i].SetHeader(RemainingHeader, unsaved.Count - 1 - i);
        if (unsaved.Count > 0)
        {
            await using var command = Command(unsaved.Count == 1 ? "select pg_advisory_xact_lock_shared($1)" : "select pg_advisory_xact_lock($1)");
            command.Parameters.AddWithValue(AppendLock);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        await session.SaveChangesAsync(cancellation);
        _saved = _drafted.Count;
    }

    /// <summary>The sequence of the newest event in these streams; 0 when they have none.</summary>
    public async Task<long> LastSequenceOfAsync(IEnumerable<string> streams)
    {
        await using var command = Command($"select coalesce(max(seq_id), 0) from {Schema.Events}.mt_events where stream_id = any($1)");
        command.Parameters.AddWithValue(streams.ToArray());
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
