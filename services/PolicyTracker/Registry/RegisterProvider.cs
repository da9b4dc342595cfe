using System.ComponentModel.DataAnnotations;
using PolicyTracker.Recording;

namespace PolicyTracker.Registry;

/// <summary>What a write to the registry answers.</summary>
/// <param name="Changed">False when what was asked held already.</param>
public sealed record RegistryReceipt(string Id, bool Changed);

/// <summary>An entry of the registry put right.</summary>
public sealed record CorrectProvider
{
    /// <summary>The whole entry as it should stand; names that it had before stay reserved for it.</summary>
    public required ProviderEntry Entry { get; init; }
    [MaxLength(2000)] public required string Why { get; init; }
}

/// <summary><c>POST /v1/providers</c> and <c>POST /v1/providers/{id}/correct</c>.</summary>
public static class RegisterProvider
{
    public static Task<IResult> Post(HttpContext http) => http.WriteAsync((draft, body) => RegisterAsync(draft, Input.Read<ProviderEntry>(body, draft.Today).OrRefuse()));

    public static Task<IResult> Correct(HttpContext http, string id) => http.WriteAsync(async (draft, body) =>
    {
        var request = Input.Read<CorrectProvider>(body, draft.Today).OrRefuse();
        return await CorrectAsync(draft, await ReadAsync(draft, id) ?? throw new Refused(Codes.NotFound, $"There is no provider {Echo.Of(id)}."), request.Entry, request.Why);
    });

    /// <summary>A new name is registered; one that was first met in a fact, and never reviewed, is completed.</summary>
    public static async Task<Answer> RegisterAsync(Draft draft, ProviderEntry entry)
    {
        var name = RegistryName.OfProvider(entry.Name);
        var known = await RegistryNames.FindAsync(draft, [name]);
        if (known.TryGetValue(name, out var id) && await ReadAsync(draft, id) is { } provider)
        {
            if (!provider.Entry.SameAs(entry) && !entry.Completes(provider.Entry))
                throw new Refused(Codes.RegistryDiffers, $"Provider {id} has this name and another entry. Correct it instead.", new Dictionary<string, object?> { ["id"] = id });
            return await CorrectAsync(draft, provider, entry, "Completed when it was registered by hand.");
        }

        id = name.NewId(entry.Name);
        await RegistryNames.ReserveAllAsync(draft, entry.AllNames().Select(RegistryName.OfProvider), id);
        draft.Start<Provider>(Provider.Stream(id), new ProviderRegistered(id, entry));
        return new Answer(StatusCodes.Status201Created, new RegistryReceipt(id, Changed: true), $"/v1/providers/{Uri.EscapeDataString(id)}");
    }

    private static async Task<Answer> CorrectAsync(Draft draft, Provider provider, ProviderEntry entry, string why)
    {
        var changed = !provider.Entry.SameAs(entry);
        if (changed)
        {
            await RegistryNames.ReserveAllAsync(draft, entry.AllNames().Select(RegistryName.OfProvider), provider.Id);
            var countries = provider.Entry.Home == entry.Home ? [] : await CountriesNamingAsync(draft, provider.Id);
            draft.Append(Provider.Stream(provider.Id), new ProviderCorrected(provider.Id, provider.Entry, entry, why, [.. countries]));
        }

        return new Answer(StatusCodes.Status200OK, new RegistryReceipt(provider.Id, changed), $"/v1/providers/{Uri.EscapeDataString(provider.Id)}",
            await draft.LastSequenceOfAsync([Provider.Stream(provider.Id)]));
    }

    private static async Task<IReadOnlyList<string>> CountriesNamingAsync(Draft draft, string id)
    {
        // What the views have not reached yet is still in the store alone.
        await using var command = draft.Command($"""
            select distinct country from (
                select country from {Schema.Policy}.fact_version where known_to is null and ids @> array[$1]
                union all
                select fact ->> 'country' from {Schema.Events}.mt_events, lateral coalesce(data -> 'replacement', data) fact, lateral jsonb_each_text(fact -> 'registryIds') named
                 where seq_id > (select coalesce(max(sequence), 0) from {Schema.Policy}.record_point) and named.value = $1) naming
             where country is not null order by country
            """);
        command.Parameters.AddWithValue(id);
        var countries = new List<string>();
        await using var rows = await command.ExecuteReaderAsync(draft.Cancellation);
        while (await rows.ReadAsync(draft.Cancellation))
            countries.Add(rows.GetString(0));
        return countries;
    }

    private static async Task<Provider?> ReadAsync(Draft draft, string id) =>
        Provider.Of((await draft.ReadLockedAsync(Provider.Stream(id))).Select(e => e.Data));
}
