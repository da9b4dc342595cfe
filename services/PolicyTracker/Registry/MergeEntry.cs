using System.ComponentModel.DataAnnotations;
using PolicyTracker.Recording;

namespace PolicyTracker.Registry;

/// <summary>Two entries of the registry are one.</summary>
public sealed record MergeInto
{
    /// <summary>The id of the entry that stands for both from now on.</summary>
    [MaxLength(500)] public required string Into { get; init; }
    [MaxLength(2000)] public required string Why { get; init; }
}

/// <summary>They are two after all.</summary>
public sealed record Unmerge
{
    [MaxLength(2000)] public required string Why { get; init; }
}

/// <summary><c>POST …/{id}/merge</c> and <c>POST …/{id}/unmerge</c>, of providers and of models. Asking for what holds already changes nothing and succeeds.</summary>
/// <remarks>
/// A merge renames nothing: names and facts keep the ids under which they were recorded, so that natural keys stand and un-merging takes back all
/// of it. What an id stands for is resolved where claims are made and where entries are read.
/// </remarks>
internal sealed class MergeEntry(EntryKind kind)
{
    public Task<IResult> Merge(HttpContext http) => http.WriteAsync(async (draft, body) =>
    {
        var (id, request) = (EntryKind.IdOf(http), Input.Read<MergeInto>(body, draft.Today).OrRefuse());
        var entries = await ReadAsync(draft, id, request.Into);
        if (entries[id]!.MergedInto == request.Into)
            return await AnswerAsync(draft, id, request.Into, changed: false);

        var merges = await kind.MergesAsync(draft);
        RefuseUnfit(id, request.Into, entries, merges);
        draft.Append(kind.Stream(id), kind.Merged(id, request.Into, request.Why, [.. await NamingCountries.OfAsync(draft, merges.MembersOf(id))]));
        return await AnswerAsync(draft, id, request.Into, changed: true);
    });

    public Task<IResult> Unmerge(HttpContext http) => http.WriteAsync(async (draft, body) =>
    {
        var (id, request) = (EntryKind.IdOf(http), Input.Read<Unmerge>(body, draft.Today).OrRefuse());
        if ((await ReadAsync(draft, id))[id]!.MergedInto is not { } from)
            return await AnswerAsync(draft, id, null, changed: false);

        var members = (await kind.MergesAsync(draft)).MembersOf(id);
        draft.Append(kind.Stream(id), kind.Unmerged(id, from, request.Why, [.. await NamingCountries.OfAsync(draft, members)]));
        return await AnswerAsync(draft, id, null, changed: true);
    });

    /// <summary>Only two that stand for themselves are merged, so that no circle can arise.</summary>
    private void RefuseUnfit(string id, string into, Dictionary<string, RegistryEntry?> entries, Merges merges)
    {
        if (into == id)
            throw new Refused([new Violation(Codes.MergeIntoItself, "into", $"{Echo.Of(id)} cannot be merged into itself.", [$"the id of another {kind.Noun}"])]);
        if (entries[into] is null)
            throw new Refused([new Violation(kind.Unknown, "into", $"There is no {kind.Noun} {Echo.Of(into)}.", [$"the id of a registered {kind.Noun}"])]);
        if (entries[into]!.MergedInto is not null)
            throw EntryKind.IsMerged(into, merges.SurvivorOf(into), "Merge into that one instead, or un-merge first.");
        if (entries[id]!.MergedInto is not null)
            throw EntryKind.IsMerged(id, merges.SurvivorOf(id), "Un-merge it first.");
    }

    /// <summary>The entries with their streams held, in the order of their ids, so that two merges never wait for each other in a circle.</summary>
    /// <exception cref="Refused">There is no entry of the first id.</exception>
    private async Task<Dictionary<string, RegistryEntry?>> ReadAsync(Draft draft, string id, string? into = null)
    {
        var entries = new Dictionary<string, RegistryEntry?>();
        foreach (var each in new[] { id, into ?? id }.Distinct().Order(StringComparer.Ordinal))
            entries[each] = kind.Of((await draft.ReadLockedAsync(kind.Stream(each))).Select(e => e.Data));
        return entries[id] is null ? throw new Refused(Codes.NotFound, $"There is no {kind.Noun} {Echo.Of(id)}.") : entries;
    }

    private async Task<Answer> AnswerAsync(Draft draft, string id, string? into, bool changed) => new(
        StatusCodes.Status200OK, new RegistryReceipt(id, changed, into), kind.Location(into ?? id), await draft.LastSequenceOfAsync([kind.Stream(id)]));
}
