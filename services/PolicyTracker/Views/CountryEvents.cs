using Npgsql;

namespace PolicyTracker.Views;

/// <summary>The events that a country heard of, one row each.</summary>
internal static class CountryEvents
{
    public const string LastChangeColumns = "sequence, type, cause, fact, measure, provider, why";

    public static LastChange ReadLastChange(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetString(1),
        WireNames.TryParse<Cause>(row.GetString(2), out var cause) ? cause : throw new InvalidOperationException($"No cause: {row.GetString(2)}."),
        Text(row, 3), Text(row, 4), Text(row, 5), Text(row, 6));

    public static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
