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

/// <summary><c>POST /v1/models</c>.</summary>
public static class RegisterTechnology
{
    public static Task<IResult> Post(HttpContext http) => http.WriteAsync((draft, body) => RegisterAsync(draft, Input.Read<NewTechnology>(body, draft.Today).OrRefuse()));

    public static async Task<Answer> RegisterAsync(Draft draft, NewTechnology request)
    {
        var entry = new TechnologyEntry
        {
            Name = request.Name,
            Provider = await ProviderIdAsync(draft, request.Provider),
            Aliases = request.Aliases,
            Reviewed = request.Reviewed,
        };
        var name = RegistryName.OfTechnology(entry.Provider, entry.Name);
        var known = await RegistryNames.FindAsync(draft, [name]);
        if (known.TryGetValue(name, out var id) && Technology.Of((await draft.ReadLockedAsync(Technology.Stream(id))).Select(e => e.Data)) is { } technology)
            return await CompleteAsync(draft, technology, entry);

        id = name.NewId(entry.Name);
        await ReserveAsync(draft, entry, id);
        draft.Start<Technology>(Technology.Stream(id), new TechnologyRegistered(id, entry));
        return new Answer(StatusCodes.Status201Created, new RegistryReceipt(id, Changed: true), Technology.Location(id));
    }

    private static async Task<Answer> CompleteAsync(Draft draft, Technology technology, TechnologyEntry entry)
    {
        var changed = !technology.Entry.SameAs(entry);
        if (changed && !entry.Completes(technology.Entry))
            throw new Refused(Codes.RegistryDiffers, $"Technology {technology.Id} has this name and another entry.", new Dictionary<string, object?> { ["id"] = technology.Id });
        if (changed && technology.MergedInto is not null)
            throw await EntryKind.Technology.IsMergedAsync(draft, technology.Id);
        if (changed)
        {
            await ReserveAsync(draft, entry, technology.Id);
            draft.Append(Technology.Stream(technology.Id), new TechnologyCorrected(technology.Id, technology.Entry, entry, "Completed when it was registered by hand."));
        }

        return new Answer(StatusCodes.Status200OK, new RegistryReceipt(technology.Id, changed, technology.MergedInto), Technology.Location(technology.Id),
            await draft.LastSequenceOfAsync([Technology.Stream(technology.Id)]));
    }

    private static Task ReserveAsync(Draft draft, TechnologyEntry entry, string id) =>
        RegistryNames.ReserveAllAsync(draft, entry.AllNames().Select(n => RegistryName.OfTechnology(entry.Provider, n)), id);

    private static async Task<string?> ProviderIdAsync(Draft draft, string? provider)
    {
        if (provider is null)
            return null;
        var name = RegistryName.OfProvider(provider);
        var known = await RegistryNames.FindAsync(draft, [name]);
        return known.TryGetValue(name, out var id)
            ? id
            : throw new Refused([new Violation(Codes.UnknownProvider, "provider", $"No provider is registered as '{Echo.Of(provider)}'.", ["the name of a registered provider"])]);
    }
}
