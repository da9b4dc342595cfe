using System.ComponentModel.DataAnnotations;
using PolicyTracker.Recording;

namespace PolicyTracker.Registry;

/// <summary>What a write to the registry answers.</summary>
/// <param name="Changed">False when what was asked held already.</param>
/// <param name="MergedInto">The entry that it is merged into; left out when it stands for itself.</param>
public sealed record RegistryReceipt(string Id, bool Changed, string? MergedInto = null);

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
        return new Answer(StatusCodes.Status201Created, new RegistryReceipt(id, Changed: true), Provider.Location(id));
    }

    private static async Task<Answer> CorrectAsync(Draft draft, Provider provider, ProviderEntry entry, string why)
    {
        var changed = !provider.Entry.SameAs(entry);
        if (changed && provider.MergedInto is not null)
            throw await EntryKind.Provider.IsMergedAsync(draft, provider.Id);
        if (changed)
        {
            await RegistryNames.ReserveAllAsync(draft, entry.AllNames().Select(RegistryName.OfProvider), provider.Id);
            var countries = provider.Entry.Home == entry.Home ? [] : await NamingCountries.OfAsync(draft, (await EntryKind.Provider.MergesAsync(draft)).MembersOf(provider.Id));
            draft.Append(Provider.Stream(provider.Id), new ProviderCorrected(provider.Id, provider.Entry, entry, why, [.. countries]));
        }

        return new Answer(StatusCodes.Status200OK, new RegistryReceipt(provider.Id, changed, provider.MergedInto), Provider.Location(provider.Id),
            await draft.LastSequenceOfAsync([Provider.Stream(provider.Id)]));
    }

    private static async Task<Provider?> ReadAsync(Draft draft, string id) =>
        Provider.Of((await draft.ReadLockedAsync(Provider.Stream(id))).Select(e => e.Data));
}
