using PolicyTracker.Recording;

namespace PolicyTracker.Registry;

/// <summary>The countries whose facts name entries of the registry: their claims may move when the entries do.</summary>
internal static class NamingCountries
{
    public static async Task<IReadOnlyList<string>> OfAsync(Draft draft, IReadOnlyList<string> ids)
    {
        // What the views have not reached yet is still in the store alone.
        await using var command = draft.Command($"""
            select distinct country from (
                select country from {Schema.Policy}.fact_version where known_to is null and ids && $1
                union all
                select fact ->> 'country' from {Schema.Events}.mt_events, lateral coalesce(data -> 'replacement', data) fact, lateral jsonb_each_text(fact -> 'registryIds') named
                 where seq_id > (select coalesce(max(sequence), 0) from {Schema.Policy}.record_point) and named.value = any($1)) naming
             where country is not null order by country
            """);
        command.Parameters.AddWithValue(ids.ToArray());
        var countries = new List<string>();
        await using var rows = await command.ExecuteReaderAsync(draft.Cancellation);
        while (await rows.ReadAsync(draft.Cancellation))
            countries.Add(rows.GetString(0));
        return countries;
    }
}
