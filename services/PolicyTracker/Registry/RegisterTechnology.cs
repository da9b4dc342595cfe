using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using PolicyTracker.Recording;

namespace PolicyTracker.Registry;

/// <summary>A technology as it is registered by hand.</summary>
public sealed record NewTechnology
{
    [MaxLength(200)] public required string Name { get; init; }
    /// <summary>Its provider's name.</summary>
    [ProviderName, MaxLength(200)] public string? Provider { get; init; }
    [MaxLength(200), ItemMaxLength(200)] public ImmutableArray<string> Aliases { get; init; } = [];
    public bool Reviewed { get; init; }
}

/// <summary>An entry of a model or service put right.</summary>
public sealed record CorrectTechnology
{
    /// <summary>The whole entry as it should stand; names that it had before stay reserved for it, and its id stays, whoever its provider is.</summary>
    public required NewTechnology Entry { get; init; }
    [MaxLength(2000)] public required string Why { get; init; }
}

/// <summary><c>POST /v1/models</c> and <c>POST /v1/models/{id}/correct</c>.</summary>
public static class RegisterTechnology
{
    public static Task<IResult> Post(HttpContext http) => http.WriteAsync((draft, body) => RegisterAsync(draft, Input.Read<NewTechnology>(body, draft.Today).OrRefuse()));

    public static Task<IResult> Correct(HttpContext http) => http.WriteAsync(async (draft, body) =>
    {
        var (id, request) = (EntryKind.IdOf(http), Input.Read<CorrectTechnology>(body, draft.Today).OrRefuse());
        var technology = await ReadAsync(draft, id) ?? throw new Refused(Codes.NotFound, $"There is no model {Echo.Of(id)}.");
        return await CorrectAsync(draft, technology, await EntryAsync(draft, request.Entry, "entry.provider"), request.Why);
    });

    /// <summary>A new name is registered; one that was first met in a fact, and never reviewed, is completed.</summary>
    public static async Task<Answer> RegisterAsync(Draft draft, NewTechnology request)
    {
        var entry = await EntryAsync(draft, request, "provider");
        var name = RegistryName.OfTechnology(entry.Provider, entry.Name);
        var known = await RegistryNames.FindAsync(draft, [name]);
        if (known.TryGetValue(name, out var id) && await ReadAsync(draft, id) is { } technology)
        {
            if (!technology.Entry.SameAs(entry) && !entry.Completes(technology.Entry))
                throw new Refused(Codes.RegistryDiffers, $"Technology {id} has this name and another entry. Correct it instead.", new Dictionary<string, object?> { ["id"] = id });
            return await CorrectAsync(draft, technology, entry, "Completed when it was registered by hand.");
        }

        id = name.NewId(entry.Name);
        await ReserveAsync(draft, entry, id);
        draft.Start<Technology>(Technology.Stream(id), new TechnologyRegistered(id, entry));
        return new Answer(StatusCodes.Status201Created, new RegistryReceipt(id, Changed: true), Technology.Location(id));
    }

    private static async Task<Answer> CorrectAsync(Draft draft, Technology technology, TechnologyEntry entry, string why)
    {
        var changed = !technology.Entry.SameAs(entry);
        if (changed && technology.MergedInto is not null)
            throw await EntryKind.Technology.IsMergedAsync(draft, technology.Id);
        if (changed)
        {
            await ReserveAsync(draft, entry, technology.Id);
            draft.Append(Technology.Stream(technology.Id), new TechnologyCorrected(technology.Id, technology.Entry, entry, why));
        }

        return new Answer(StatusCodes.Status200OK, new RegistryReceipt(technology.Id, changed, technology.MergedInto), Technology.Location(technology.Id),
            await draft.LastSequenceOfAsync([Technology.Stream(technology.Id)]));
    }

    private static Task ReserveAsync(Draft draft, TechnologyEntry entry, string id) =>
        RegistryNames.ReserveAllAsync(draft, entry.AllNames().Select(n => RegistryName.OfTechnology(entry.Provider, n)), id);

    private static async Task<Technology?> ReadAsync(Draft draft, string id) =>
        Technology.Of((await draft.ReadLockedAsync(Technology.Stream(id))).Select(e => e.Data));

    /// <param name="field">The field of the request that names the provider.</param>
    private static async Task<TechnologyEntry> EntryAsync(Draft draft, NewTechnology request, string field) => new()
    {
        Name = request.Name,
        Provider = request.Provider is { } provider ? await ProviderIdAsync(draft, provider, field) : null,
        Aliases = request.Aliases,
        Reviewed = request.Reviewed,
    };

    private static async Task<string> ProviderIdAsync(Draft draft, string provider, string field)
    {
        var name = RegistryName.OfProvider(provider);
        var known = await RegistryNames.FindAsync(draft, [name]);
        return known.TryGetValue(name, out var id)
            ? id
            : throw new Refused([new Violation(Codes.UnknownProvider, field, $"No provider is registered as '{Echo.Of(provider)}'.", ["the name of a registered provider"])]);
    }
}
