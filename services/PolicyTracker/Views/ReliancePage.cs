using System.Collections.Immutable;
using Marten;
using Npgsql;
using PolicyTracker.Days;
using PolicyTracker.Reliance;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Views;

/// <summary>The changes of one page of events, carried into what is concluded of each country. Each event is concluded on by itself, however events are paged.</summary>
internal sealed class ReliancePage
{
    private readonly NpgsqlConnection _connection;
    private readonly Dictionary<SubjectKey, List<ClaimRow>> _subjects;
    private readonly Dictionary<string, CountryReliance> _countries;
    private readonly Dictionary<SubjectKey, Standing?> _standing = [];
    private readonly StandingRows _standingRows = new();
    private readonly HashSet<string> _touched = [];
    private readonly List<object> _countryEvents = [];
    private readonly ChangePage _changes;
    private readonly long _last;
    private DateOnly _today;

    private ReliancePage(
        NpgsqlConnection connection, Dictionary<SubjectKey, List<ClaimRow>> subjects, Dictionary<string, CountryReliance> countries, Progress progress, long known, IReadOnlyList<Change> changes)
    {
        (_connection, _subjects, _countries, _today) = (connection, subjects, countries, progress.Day);
        var first = changes[0].Event.Sequence;
        _changes = new ChangePage(progress, known, first);
        // The record points outlive a rebuild: within one, its own progress counts.
        Reached = first > known ? known : progress.Reached;
        _last = changes[^1].Event.Sequence;
    }

    /// <summary>The sequence of the last event that the projection was given before this page.</summary>
    public long Reached { get; }

    /// <summary>Reads the subjects and countries that the changes may touch, as the pages before left them.</summary>
    public static async Task<ReliancePage> LoadAsync(NpgsqlConnection connection, IDocumentOperations operations, IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        var progress = await operations.LoadAsync<Progress>(Progress.OnlyId, cancellation) ?? new Progress();
        var known = (await RecordPoints.LatestAsync(connection, cancellation)).Sequence;
        var today = progress.Day;
        var lastDay = changes.Select(c => c.Event.Data).OfType<DayBegan>().Select(d => d.Date).Append(today).Max();
        var keys = changes.SelectMany(c => c.Closed.Concat(c.Opened)).Select(r => r.Key).ToHashSet();
        var rows = await ViewQueries.LiveClaimsOnAsync(connection, keys, today, lastDay, cancellation);
        var names = keys.Select(k => k.Dependent).Concat(changes.SelectMany(c => c.Countries)).Concat(progress.Before.Keys).Distinct().ToArray();
        // A new day concerns every country, and so do another method and the end of a rebuild.
        var countries = lastDay > today || changes.Any(c => c.Event.Data is MethodAdopted) || progress.Rebuilding || changes[0].Event.Sequence <= known
            ? await operations.Query<CountryReliance>().ToListAsync(cancellation)
            : await operations.LoadManyAsync<CountryReliance>(cancellation, names);
        return new ReliancePage(connection, rows.GroupBy(r => r.Key).ToDictionary(g => g.Key, g => g.ToList()), countries.ToDictionary(c => c.Country), progress, known, changes);
    }

    public async Task ApplyAsync(Change change, CancellationToken cancellation)
    {
        var before = _today;
        if (change.Event.Data is DayBegan day)
            Turn(day.Date);
        if (change.Event.Data is MethodAdopted adopted)
            _changes.Adopt(Methods.Of(adopted.Method));
        if (change.Event.Data is RelianceChanged announced)
            _changes.Announce(announced, change.Event.Sequence);
        var subjects = change.Event.Data is DayBegan ? TurningBetween(before, _today) : [.. change.Closed.Concat(change.Opened).Select(r => r.Key).Distinct()];
        var lost = new HashSet<(SubjectKey Key, string Alike)>();
        foreach (var key in subjects)
            Move(key, before, change, lost);
        foreach (var (key, alike) in lost)
            await FindNewestAsync(key, alike, cancellation);
        Conclude(change, subjects);
        if (_changes.EndsRebuild(change))
            _changes.Compare(await ConclusionChangeRows.PublishedAsync(_connection, cancellation), _countries);
    }

    public void Save(IDocumentOperations operations)
    {
        operations.Store(_touched.Select(name => _countries[name]));
        operations.Store(_changes.Progress(_last, _today));
        foreach (var (change, sequence) in _changes.Announced)
            ConclusionChangeRows.Announced(operations, change, sequence);
        ConclusionChangeRows.Save(operations, _changes.Found);
        _standingRows.Save(operations);
        if (_countryEvents.Count > 0)
            VersionedRows.Insert(operations, "country_event", _countryEvents);
    }

    private void Turn(DateOnly date)
    {
        _today = date > _today ? date : _today;
        foreach (var country in _countries.Values.ToArray())
            Set(country with { AsOf = _today });
    }

    /// <summary>The subjects of which some claim begins to count, or is reaffirmed, after one day and by another; however many others the page happens to hold.</summary>
    private SubjectKey[] TurningBetween(DateOnly before, DateOnly day)
    {
        return [.. _subjects.Where(s => s.Value.Any(r => Turns(r.Claim.Effective) || r.Claim.ConfirmedOn.Any(Turns))).Select(s => s.Key)];

        bool Turns(DateOnly counts) => counts > before && counts <= day;
    }

    private void Move(SubjectKey key, DateOnly dayBefore, Change change, HashSet<(SubjectKey, string)> lost)
    {
        if (!_subjects.TryGetValue(key, out var rows))
            _subjects[key] = rows = [];
        var country = CountryOf(key.Dependent);
        var pair = country.Tallies.GetValueOrDefault(key.Supplier, PairTallies.Empty);
        var tally = pair.ByIndicator.GetValueOrDefault(key.Indicator, Tally.Empty);
        var evidence = pair.Evidence.GetValueOrDefault(key.Indicator) - EvidenceIn(rows, dayBefore);

        var was = Standing.Of(rows, dayBefore);
        Replace(key, rows, change);
        var now = Standing.Of(rows, _today);
        evidence += EvidenceIn(rows, _today);

        if (was is not null)
        {
            tally = tally.Remove(was.State, out var newestLost);
            if (newestLost)
                lost.Add((key, was.State.Group()));
        }

        if (now is not null)
            tally = tally.Add(now.State);
        _standing[key] = now;
        pair = pair with
        {
            ByIndicator = tally.Groups.IsEmpty ? pair.ByIndicator.Remove(key.Indicator) : pair.ByIndicator.SetItem(key.Indicator, tally),
            Evidence = evidence == 0 ? pair.Evidence.Remove(key.Indicator) : pair.Evidence.SetItem(key.Indicator, evidence),
        };
        Set(country with
        {
            Tallies = pair.ByIndicator.IsEmpty && pair.Evidence.IsEmpty ? country.Tallies.Remove(key.Supplier) : country.Tallies.SetItem(key.Supplier, pair),
            Lists = Counted(Counted(country.Lists, ViewLists.Of(key, was), -1), ViewLists.Of(key, now), +1),
        });
    }

    /// <summary>Replaces the claims of a subject that come and go with a change, and how it stands from the first of their days on.</summary>
    private void Replace(SubjectKey key, List<ClaimRow> rows, Change change)
    {
        var opened = change.Opened.Where(row => row.Key == key).ToList();
        var closed = rows.Where(row => change.Closed.Any(c => c.Claim.Origin == row.Claim.Origin)).ToList();
        if (opened.Count + closed.Count == 0)
            return;
        var first = opened.Concat(closed).Min(row => row.Claim.Effective);
        var before = StandingSpan.Around(rows, first);
        rows.RemoveAll(closed.Contains);
        rows.AddRange(opened);
        _standingRows.Replace(key, change.Event.Sequence, before, StandingSpan.Around(rows, first));
    }

    private async Task FindNewestAsync(SubjectKey key, string alike, CancellationToken cancellation)
    {
        var country = CountryOf(key.Dependent);
        if (!country.Tallies.TryGetValue(key.Supplier, out var pair) || !pair.ByIndicator.TryGetValue(key.Indicator, out var tally) || !tally.Groups.ContainsKey(alike))
            return;
        var here = _standing.Where(s => (s.Key with { Subject = key.Subject }) == key).ToList();
        var elsewhere = await ViewQueries.NewestAsync(_connection, key, alike, _today, [.. here.Select(s => s.Key.Subject)], cancellation);
        var newest = here.Where(s => s.Value?.State.Group() == alike).Select(s => (DateOnly?)s.Value!.State.Newest).Append(elsewhere).Max()!.Value;
        Set(country with
        {
            Tallies = country.Tallies.SetItem(key.Supplier, pair with { ByIndicator = pair.ByIndicator.SetItem(key.Indicator, tally.WithNewest(alike, newest)) }),
        });
    }

    private void Conclude(Change change, IReadOnlyCollection<SubjectKey> subjects)
    {
        var ofAll = change.Event.Data is DayBegan or MethodAdopted;
        var moved = subjects.Select(s => s.Dependent).ToHashSet();
        foreach (var name in ofAll ? _countries.Keys.ToArray() : [.. moved.Union(change.Countries)])
        {
            var country = CountryOf(name);
            var concluded = country.Conclude(_changes.Method);
            _changes.Concluded(country, concluded);
            // What concerns every country is a cause only where it changed something; every other event is one for each country that hears of it.
            if (ofAll && concluded.Pairs.SequenceEqual(country.Pairs) && !moved.Contains(name))
            {
                Set(concluded);
                continue;
            }

            var e = change.Event;
            Set(concluded with { LastChange = new LastChange(e.Sequence, e.EventTypeName, change.Cause, change.Fact, change.Measure, change.Provider, change.Why) });
            _countryEvents.Add(new
            {
                Country = name,
                e.Sequence,
                Type = e.EventTypeName,
                Cause = WireNames.Of(change.Cause),
                change.Fact,
                change.Measure,
                change.Provider,
                change.Occurred,
                change.Effective,
                change.Publisher,
                change.Why,
            });
        }

        _changes.Moved(change, subjects);
        if (change.IsLastOfWrite)
            _changes.EndWrite(change, _countries);
    }

    private CountryReliance CountryOf(string name) => _countries.GetValueOrDefault(name) ?? new CountryReliance { Country = name, AsOf = _today };

    private void Set(CountryReliance country)
    {
        _countries[country.Country] = country;
        _touched.Add(country.Country);
    }

    private static int EvidenceIn(List<ClaimRow> rows, DateOnly day) => rows.Count(r => r.Lead && r.Claim.Effective <= day);

    private static ImmutableSortedDictionary<string, int> Counted(ImmutableSortedDictionary<string, int> lists, string? list, int by)
    {
        if (list is null)
            return lists;
        var count = lists.GetValueOrDefault(list) + by;
        return count == 0 ? lists.Remove(list) : lists.SetItem(list, count);
    }
}
