using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using PolicyTracker.Measures;
using Xunit;
using static PolicyTracker.Tests.Measures.MeasureSpec;

namespace PolicyTracker.Tests.Measures;

/// <summary>Entries as they are stored.</summary>
public sealed class MeasureEntrySpecs
{
    private static readonly JsonSerializerOptions Stored = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static TheoryData<Transition, string> WireNames() => new()
    {
        { Transition.Report, "measure_reported" },
        { Transition.Plan, "measure_planned" },
        { Transition.Propose, "measure_proposed" },
        { Transition.Adopt, "measure_adopted" },
        { Transition.RecordInForce, "measure_recorded_in_force" },
        { Transition.Amend, "measure_amended" },
        { Transition.Suspend, "measure_suspended" },
        { Transition.Resume, "measure_resumed" },
        { Transition.Rescind, "measure_rescinded" },
        { Transition.Abandon, "measure_abandoned" },
    };

    [Theory, MemberData(nameof(WireNames))]
    public void each_transition_has_one_entry_with_a_wire_name_of_its_own(Transition transition, string wireName)
    {
        var entry = Moving("2025-01-01").Entry(transition);

        Assert.Equal(transition, entry.Does());
        Assert.Equal(wireName, entry.GetType().GetCustomAttribute<WireNameAttribute>()!.Name);
    }

    [Theory, MemberData(nameof(WireNames))]
    public void an_entry_comes_back_from_the_store_as_it_went_in(Transition transition, string wireName)
    {
        var move = Moving("2025-01-01") with { Effective = Date("2025-02-01"), Expires = Date("2025-12-31"), Until = Date("2025-03-01"), Note = wireName };
        var entry = move.Entry(transition, Control, new() { Targets = ["MO", "CN"], Scope = Control.Scope });

        var stored = JsonSerializer.Serialize(entry, entry.GetType(), Stored);

        Assert.Equal(entry, JsonSerializer.Deserialize(stored, entry.GetType(), Stored));
    }
}
