using System.Collections.Immutable;
using PolicyTracker.Recording;

namespace PolicyTracker.Registry;

/// <summary>An entry of either kind, as far as merging goes.</summary>
internal sealed record RegistryEntry(string? MergedInto);

/// <summary>What providers and technologies do alike, each by its own events and addresses.</summary>
/// <param name="Noun">What a person calls it.</param>
/// <param name="Unknown">The code of the problem that there is none of an id.</param>
/// <param name="IdField">The member of its events that names it.</param>
/// <param name="MergeEvents">The types of the events that merge and un-merge it.</param>
internal sealed record EntryKind(
    RegistryKind Kind,
    string Noun,
    string Unknown,
    string IdField,
    string[] MergeEvents,
    Func<string, string> Stream,
    Func<string, string> Location,
    Func<IEnumerable<object>, RegistryEntry?> Of,
    Func<string, string, string, ImmutableArray<string>, object> Merged,
    Func<string, string, string, ImmutableArray<string>, object> Unmerged)
{
    public static readonly EntryKind Provider = new(
        RegistryKind.Provider, "provider", Codes.UnknownProvider, "providerId", [WireNames.Of(typeof(ProviderMerged)), WireNames.Of(typeof(ProviderUnmerged))],
        Registry.Provider.Stream, Registry.Provider.Location,
        events => Registry.Provider.Of(events) is { } provider ? new RegistryEntry(provider.MergedInto) : null,
        (id, into, why, countries) => new ProviderMerged(id, into, why, countries),
        (id, from, why, countries) => new ProviderUnmerged(id, from, why, countries));

    public static readonly EntryKind Technology = new(
        RegistryKind.Technology, "model", Codes.UnknownModel, "technologyId", [WireNames.Of(typeof(TechnologyMerged)), WireNames.Of(typeof(TechnologyUnmerged))],
        Registry.Technology.Stream, Registry.Technology.Location,
        events => Registry.Technology.Of(events) is { } technology ? new RegistryEntry(technology.MergedInto) : null,
        (id, into, why, countries) => new TechnologyMerged(id, into, why, countries),
        (id, from, why, countries) => new TechnologyUnmerged(id, from, why, countries));

    private static readonly string[] AddressParts = ["provider", "id"];

    /// <summary>The id in the address of a request: that of a model may be of two segments, or of one in which the slash is encoded.</summary>
    public static string IdOf(HttpContext http) => string.Join('/', AddressParts.Select(http.GetRouteValue).OfType<string>()).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    /// <summary>Every merge that stands, from the events: the views may not have reached the last one.</summary>
    public async Task<Merges> MergesAsync(Draft draft)
    {
        await using var command = draft.Command($"select data ->> $1, data ->> 'into' from {Schema.Events}.mt_events where type = any($2) order by seq_id");
        command.Parameters.AddWithValue(IdField);
        command.Parameters.AddWithValue(MergeEvents);
        var merges = new Merges([]);
        await using var rows = await command.ExecuteReaderAsync(draft.Cancellation);
        while (await rows.ReadAsync(draft.Cancellation))
        {
            if (await rows.IsDBNullAsync(1, draft.Cancellation))
                merges.Unmerge(rows.GetString(0));
            else
                merges.Merge(rows.GetString(0), rows.GetString(1));
        }

        return merges;
    }

    /// <summary>An entry that is merged into another stands as it is until it is un-merged.</summary>
    public async Task<Refused> IsMergedAsync(Draft draft, string id) => IsMerged(id, (await MergesAsync(draft)).SurvivorOf(id), "Correct that one instead, or un-merge first.");

    public static Refused IsMerged(string id, string survivor, string remedy) => new(
        Codes.RegistryMerged, $"{Echo.Of(id)} is merged into {Echo.Of(survivor)}. {remedy}", new Dictionary<string, object?> { ["id"] = id, ["survivor"] = survivor });
}
