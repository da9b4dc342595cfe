using Npgsql;

namespace PolicyTracker;

/// <summary>Plans that are made anew for each run of a statement, also of one that is prepared.</summary>
/// <remarks>
/// A plan that is kept was made for the tables as they were. Of a store that is filled at once, those were empty, and PostgreSQL learns otherwise only when it
/// gathers its figures again, a minute or more later: until then what follows an import would scan ever larger tables.
/// </remarks>
internal static class FreshPlans
{
    /// <summary>Holds until the connection goes back to its pool.</summary>
    public static async Task UseAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("set plan_cache_mode = force_custom_plan", connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
