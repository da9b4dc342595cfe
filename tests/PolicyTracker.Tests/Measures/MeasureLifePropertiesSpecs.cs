using CsCheck;
using PolicyTracker.Measures;
using Xunit;
using static PolicyTracker.Tests.Measures.MeasureSpec;

namespace PolicyTracker.Tests.Measures;

/// <summary>What holds of every life that the life cycle allows.</summary>
public sealed class MeasureLifePropertiesSpecs
{
    private static readonly DateOnly Start = Day("2025-01-01");

    private static readonly Gen<int> Ahead = Gen.Int[-10, 60];

    /// <summary>Requests in the order of the world, on different days, each with dates that may lie behind or ahead of it.</summary>
    private static readonly Gen<(FirstState First, (Transition Transition, MoveMeasure Move)[] Moves)> Stories =
        from first in Gen.Enum<FirstState>()
        from steps in Gen.Select(Gen.Enum<Transition>(), Gen.Int[1, 30], Ahead, Ahead).Array[0, 14]
        select (first, Moves(steps));

    [Fact]
    public void the_order_of_arrival_never_changes_a_life()
    {
        var arrivals =
            from story in Stories
            let told = Tell(story.First, story.Moves).Select(recorded => recorded.Entry).ToArray()
            from arrived in Gen.Shuffle(told)
            select (told, arrived);

        arrivals.Sample((told, arrived) => Assert.Equal(Unnumbered(Numbered(told)), Unnumbered(Numbered(arrived))));
    }

    [Fact]
    public void the_days_of_a_life_strictly_increase() =>
        Stories.Sample(story =>
        {
            var days = MeasureLife.Of(Tell(story.First, story.Moves)).Select(state => state.From).ToArray();

            Assert.All(days.Zip(days.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        });

    [Fact]
    public void the_state_of_each_day_is_what_the_entries_up_to_that_day_make_of_it() =>
        Stories.Sample(story =>
        {
            var entries = Tell(story.First, story.Moves);
            var life = MeasureLife.Of(entries);

            foreach (var day in Enumerable.Range(0, 500).Select(Start.AddDays))
            {
                var byThen = entries.Select(recorded => recorded.Entry).Where(entry => entry.EffectiveDay() <= day);
                var measure = byThen.Aggregate((Measure?)null, Measure.Apply);
                Assert.Equal(measure?.StageOn(day), MeasureLife.StateAt(life, day)?.Stage);
            }
        }, iter: 30);

    [Fact]
    public void amendments_give_the_same_life_in_whatever_order_they_are_recorded()
    {
        var orders =
            from kinds in Gen.Int[0, 3].Array[1, 8]
            let amendments = kinds.Select((kind, i) => Moving($"{Start.AddDays(i + 1):O}") with { Changes = Change(kind, i) }).ToArray()
            from shuffled in Gen.Shuffle(amendments)
            select (amendments, shuffled);

        orders.Sample((amendments, shuffled) => Assert.Equal(Unnumbered(Amended(amendments)), Unnumbered(Amended(shuffled))));
    }

    private static IReadOnlyList<RecordedEntry> Amended(MoveMeasure[] amendments) =>
        amendments.Aggregate(Given(FirstState.InForce, $"{Start:O}"), (measure, amendment) => measure.And(Transition.Amend, amendment)).Entries;

    /// <summary>The entries of a story; what the life cycle refuses is left out.</summary>
    private static IReadOnlyList<RecordedEntry> Tell(FirstState first, (Transition Transition, MoveMeasure Move)[] moves) => moves.Aggregate(
        Given(Opening(first, $"{Start:O}")).Entries,
        (record, move) => MeasureDecisions.Move(record, move.Transition, move.Move, Today) is Recorded recorded ? record.After(recorded.Event) : record);

    private static (Transition Transition, MoveMeasure Move)[] Moves((Transition Transition, int Gap, int Effective, int End)[] steps)
    {
        var day = Start;
        return [.. steps.Select(step =>
        {
            day = day.AddDays(step.Gap);
            WorldDate After(int days) => Date($"{day.AddDays(days):O}");
            var move = Moving($"{day:O}");
            return (step.Transition, step.Transition switch
            {
                Transition.Adopt or Transition.Amend => move with { Effective = After(step.Effective), Expires = step.End > 30 ? After(step.End) : null },
                Transition.Suspend => move with { Until = step.End > 0 ? After(step.End) : null },
                _ => move,
            });
        })];
    }

    private static DefinitionChanges Change(int kind, int i) => kind switch
    {
        0 => new() { Title = $"Title {i}" },
        1 => new() { Targets = i % 2 == 0 ? ["CN", "MO"] : ["RU"] },
        2 => new() { Scope = new() { Layers = [(Layer)(i % 5)] } },
        _ => new() { Authority = $"Authority {i}", Title = $"Title {i}" },
    };

    private static IEnumerable<RecordedEntry> Numbered(IEnumerable<MeasureEntry> entries) => entries.Select((entry, i) => new RecordedEntry(i + 1, entry));

    /// <summary>A life without the numbers of its entries, which do tell the order of arrival.</summary>
    private static IEnumerable<MeasureState> Unnumbered(IEnumerable<RecordedEntry> entries) =>
        MeasureLife.Of(entries).Select(state => state with { Entry = 0 });
}
