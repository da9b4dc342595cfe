using CsCheck;
using PolicyTracker.Measures;
using Xunit;
using static PolicyTracker.Tests.Measures.MeasureSpec;

namespace PolicyTracker.Tests.Measures;

/// <summary>What holds of every record, whatever was recorded, corrected, retracted and reinstated in it.</summary>
public sealed class MendPropertiesSpecs
{
    private const string Id = "us-control";
    private static readonly DateOnly Start = Day("2025-01-01");

    /// <summary>One act on a record: what kind, on which entry, by which transition, on which day.</summary>
    private sealed record Act(int Kind, int Target, Transition Transition, int Offset);

    private static readonly Gen<Act[]> Stories =
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 99], Gen.Enum<Transition>(), Gen.Int[0, 40], (kind, target, transition, offset) => new Act(kind, target, transition, offset)).Array[0, 30];

    [Fact]
    public void every_standing_entry_is_always_one_that_its_stage_allows() =>
        Stories.Sample(story =>
        {
            foreach (var record in Records(story))
            {
                Measure? measure = null;
                foreach (var standing in record.Where(recorded => !recorded.Retracted).OrderBy(recorded => recorded.Entry.EffectiveDay()).ThenBy(recorded => recorded.Number))
                {
                    var allowed = measure is null ? LifeCycle.Openings : LifeCycle.Table[measure.StageOn(standing.Entry.EffectiveDay())];
                    Assert.Contains(standing.Entry.Does(), allowed);
                    measure = Measure.Apply(measure, standing.Entry);
                }
            }
        });

    [Fact]
    public void every_act_done_twice_changes_something_once() =>
        Stories.Sample(story =>
        {
            var record = Opened();
            foreach (var act in story)
            {
                if (Decide(record, act) is not Recorded recorded)
                    continue;
                record = record.After(recorded.Event);
                Assert.Equal(new AlreadyHolds(recorded.Number), Decide(record, act));
            }
        });

    [Fact]
    public void numbers_are_given_once_and_no_form_is_lost() =>
        Stories.Sample(story =>
        {
            var said = new List<(int Number, MeasureEntry Entry)>();
            foreach (var record in Records(story))
            {
                Assert.Equal(Enumerable.Range(1, record.Count), record.Select(recorded => recorded.Number));
                Assert.All(said, once => Assert.True(record[once.Number - 1].HasSaid(once.Entry)));
                said.AddRange(record.Select(recorded => (recorded.Number, recorded.Entry)));
            }
        });

    [Fact]
    public void what_is_retracted_and_reinstated_at_once_lives_as_before() =>
        Stories.Sample(story =>
        {
            var record = Records(story).Last();
            foreach (var standing in record.Where(recorded => !recorded.Retracted))
            {
                if (MeasureDecisions.Retract(Id, record, standing.Number, Cause.OurError, "Misread.") is not Recorded retraction)
                    continue;
                var without = record.After(retraction.Event);
                var back = Assert.IsType<Recorded>(MeasureDecisions.Reinstate(Id, without, standing.Number, Cause.OurError, "Read well."));
                Assert.Equal(MeasureLife.Of(record), MeasureLife.Of(without.After(back.Event)));
            }
        });

    private static IReadOnlyList<RecordedEntry> Opened() => Given(FirstState.Planned, $"{Start:O}").Entries;

    /// <summary>The record after each act that was allowed.</summary>
    private static IEnumerable<IReadOnlyList<RecordedEntry>> Records(Act[] story)
    {
        var record = Opened();
        yield return record;
        foreach (var act in story)
        {
            if (Decide(record, act) is not Recorded recorded)
                continue;
            record = record.After(recorded.Event);
            yield return record;
        }
    }

    private static MeasureDecision Decide(IReadOnlyList<RecordedEntry> record, Act act)
    {
        var number = 1 + act.Target % record.Count;
        var occurred = $"{Start.AddDays(act.Offset):O}";
        return act.Kind switch
        {
            0 => MeasureDecisions.Retract(Id, record, number, Cause.OurError, "Misread."),
            1 => MeasureDecisions.Reinstate(Id, record, number, Cause.OurError, "Read well."),
            2 => MeasureDecisions.Correct(Id, record, number, Correcting(occurred) with { Transition = act.Transition, Definition = number == 1 ? Control : null }, Today),
            _ => MeasureDecisions.Move(record, act.Transition, Moving(occurred), Today),
        };
    }
}
