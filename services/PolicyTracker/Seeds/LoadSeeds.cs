using PolicyTracker.Facts;
using PolicyTracker.Measures;
using PolicyTracker.Recording;
using PolicyTracker.Registry;

namespace PolicyTracker.Seeds;

/// <summary>What a load came to.</summary>
/// <param name="New">How many rows the record did not have.</param>
/// <param name="Kept">The rows that the record contradicts: it stands.</param>
/// <param name="Sequence">The store's sequence of the last event; 0 when nothing was appended.</param>
internal sealed record SeedsLoaded(int New, IReadOnlyList<SeedRow> Kept, long Sequence = 0);

/// <summary>One load of the seeds: one write, with the decisions that requests go through.</summary>
internal sealed class LoadSeeds
{
    private readonly Draft _draft;
    private readonly HashSet<string> _given;
    private readonly List<SeedRow> _kept = [];
    private int _new;

    private LoadSeeds(Draft draft, HashSet<string> given) => (_draft, _given) = (draft, given);

    /// <summary>Records the rows that the record was not given before, all of them or none.</summary>
    /// <exception cref="SeedException">A row cannot be recorded.</exception>
    public static async Task<SeedsLoaded> LoadAsync(Ledger ledger, SeedFiles files, CancellationToken cancellation)
    {
        var answer = await ledger.WriteAsync(null, async draft =>
        {
            var load = new LoadSeeds(draft, await TakeAsync(draft, files.All));
            if (load._given.Count > 0)
                await load.RecordAsync(files);
            return new Answer(StatusCodes.Status200OK, new SeedsLoaded(load._new, load._kept));
        }, cancellation);
        return (SeedsLoaded)answer.Content with { Sequence = answer.Sequence };
    }

    private async Task RecordAsync(SeedFiles files)
    {
        await EachAsync(files.Providers, RegisterProvider.RegisterAsync);
        await EachAsync(files.Models, RegisterTechnology.RegisterAsync);
        await EachAsync(files.Measures, MeasureEndpoints.OpenAsync);
        var facts = files.Facts.Where(row => _given.Contains(row.Hash)).ToList();
        var results = await RecordFacts.DraftAsync(_draft, [.. facts.Select(row => row.Value)]);
        _new += results.Count(result => result.Status == RowStatus.Recorded);
        _kept.AddRange(facts.Zip(results).Where(f => f.Second.Status == RowStatus.Refused).Select(f => f.First));
    }

    private async Task EachAsync<T>(IEnumerable<SeedRow<T>> rows, Func<Draft, T, Task<Answer>> decide)
    {
        foreach (var row in rows.Where(row => _given.Contains(row.Hash)))
        {
            await ExecuteAsync("savepoint seed_row");
            try
            {
                if ((await decide(_draft, row.Value)).Status == StatusCodes.Status201Created)
                    _new++;
                await _draft.SaveAsync();
            }
            // A provider that the files do name is unknown where the record has its name for another.
            catch (Refused e) when (e.Code is Codes.RegistryDiffers or Codes.RegistryMerged or Codes.MeasureDiffers or Codes.UnknownProvider)
            {
                await ExecuteAsync("rollback to savepoint seed_row");
                _kept.Add(row);
            }
            catch (Refused e)
            {
                throw row.Broken(e.Violations.Count > 0 ? e.Violations : [new Violation(e.Code, "", e.Message)]);
            }
        }
    }

    /// <summary>Takes the rows that were never given to the record, and tells their hashes.</summary>
    private static async Task<HashSet<string>> TakeAsync(Draft draft, IEnumerable<SeedRow> rows)
    {
        await using var command = draft.Command($"insert into {Schema.Policy}.seed_row (hash) select unnest($1::text[]) order by 1 on conflict do nothing returning hash");
        command.Parameters.AddWithValue(rows.Select(row => row.Hash).ToArray());
        var taken = new HashSet<string>();
        await using var reader = await command.ExecuteReaderAsync(draft.Cancellation);
        while (await reader.ReadAsync(draft.Cancellation))
            taken.Add(reader.GetString(0));
        return taken;
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var command = _draft.Command(statement);
        await command.ExecuteNonQueryAsync(_draft.Cancellation);
    }
}
