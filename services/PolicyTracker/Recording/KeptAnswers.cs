using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace PolicyTracker.Recording;

/// <summary>A caller's key for one write, on one route, with the hash of what it sent.</summary>
public sealed record IdempotencyKey(string Route, string Key, byte[] BodyHash);

/// <summary>The answers kept for idempotency keys, each in the transaction of its events.</summary>
public static class KeptAnswers
{
    /// <summary>How long a retry finds the first answer.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    /// <summary>The first answer under this key, or null when the key is new; the key is then held until the transaction ends.</summary>
    /// <exception cref="Refused">Another write under the key is in progress, or the key was used for another body.</exception>
    public static async Task<Answer?> FindAsync(NpgsqlTransaction transaction, IdempotencyKey key, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended($1, 1))", transaction.Connection, transaction);
        command.Parameters.AddWithValue($"{key.Route} {key.Key}");
        if (!(bool)(await command.ExecuteScalarAsync(cancellation))!)
            throw new Refused(Codes.IdempotencyInProgress, "Another request with this Idempotency-Key is in progress. Ask again when it has ended.");

        await using var find = new NpgsqlCommand(
            $"select body_hash, status, content, location, sequence from {Schema.Policy}.kept_answer where route = $1 and key = $2", transaction.Connection, transaction);
        find.Parameters.AddWithValue(key.Route);
        find.Parameters.AddWithValue(key.Key);
        await using var row = await find.ExecuteReaderAsync(cancellation);
        if (!await row.ReadAsync(cancellation))
            return null;
        if (!row.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(key.BodyHash))
            throw new Refused(Codes.IdempotencyKeyReused, "This Idempotency-Key was used with another body on this route. Send the first body again, or take a new key.");
        using var content = JsonDocument.Parse(row.GetString(2));
        return new Answer(row.GetInt32(1), content.RootElement.Clone(), await row.IsDBNullAsync(3, cancellation) ? null : row.GetString(3), row.GetInt64(4));
    }

    public static async Task KeepAsync(NpgsqlTransaction transaction, IdempotencyKey key, Answer answer, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"insert into {Schema.Policy}.kept_answer (route, key, body_hash, status, content, location, sequence, kept_until) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            transaction.Connection, transaction);
        command.Parameters.AddWithValue(key.Route);
        command.Parameters.AddWithValue(key.Key);
        command.Parameters.AddWithValue(key.BodyHash);
        command.Parameters.AddWithValue(answer.Status);
        command.Parameters.AddWithValue(NpgsqlDbType.Text, JsonSerializer.Serialize(answer.Content, Json.Options));
        command.Parameters.AddWithValue(NpgsqlDbType.Text, (object?)answer.Location ?? DBNull.Value);
        command.Parameters.AddWithValue(answer.Sequence);
        command.Parameters.AddWithValue(now + Kept);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Forgets the answers whose time is over.</summary>
    public static async Task<int> ForgetAsync(NpgsqlDataSource database, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"delete from {Schema.Policy}.kept_answer where kept_until < $1");
        command.Parameters.AddWithValue(now);
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
