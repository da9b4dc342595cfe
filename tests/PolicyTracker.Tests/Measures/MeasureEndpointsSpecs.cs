using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Measures;

public sealed class MeasureEndpointsSpecs(Service service)
{
    private async Task<Reply> OpenAsync(string id, string state = "planned") => (await service.PostAsync("/v1/measures", A.Measure(id, "BB", state))).Is(HttpStatusCode.Created);

    private Task<Reply> MoveAsync(string id, string transition, JsonObject body, params (string, string)[] headers) => service.PostAsync($"/v1/measures/{id}/{transition}", body, headers);

    private Task<IReadOnlyList<string>> StoredAsync(string id) =>
        service.ColumnAsync("select type from policy_events.mt_events where stream_id = $1 order by version", $"measure/{id}");

    /// <summary>Ways through the life cycle that take every transition: how it is first heard of, then each transition with the stage after it.</summary>
    public static TheoryData<string, string, string> Lives => new()
    {
        { "bb-from-report", "reported", "plan planned, propose proposed, adopt in_force, amend in_force, suspend suspended, resume in_force, rescind rescinded" },
        { "bb-adopted-in-plan", "planned", "adopt in_force, suspend suspended, amend suspended, rescind rescinded" },
        { "bb-given-up", "proposed", "abandon abandoned" },
        { "bb-heard-of-in-force", "in_force", "suspend suspended, resume in_force" },
        { "bb-heard-of-suspended", "suspended", "resume in_force" },
    };

    [Theory, MemberData(nameof(Lives))]
    public async Task a_measure_moves_as_the_life_cycle_says(string id, string state, string life)
    {
        var day = 2;
        await OpenAsync(id, state);
        foreach (var step in life.Split(", "))
        {
            var (transition, stage) = (step.Split(' ')[0], step.Split(' ')[1]);
            var body = A.Move($"2024-05-{day:00}");
            if (transition == "adopt")
                body.With("effective", $"2024-05-{day:00}");
            if (transition == "amend")
                body.With("changes", new JsonObject { ["title"] = "Another title" });
            var moved = (await MoveAsync(id, transition, body.With("source", A.Source().With("publishedOn", null)))).Is(HttpStatusCode.Created);
            Assert.Equal((id, day, stage), (moved.Text("id"), moved["entry"].GetValue<int>(), moved.Text("stage")));
            Assert.Equal($"/v1/measures/{id}", moved.Location);
            day++;
        }

        Assert.Equal(1 + life.Split(", ").Length, (await StoredAsync(id)).Count);
    }

    [Fact]
    public async Task the_same_measure_again_changes_nothing()
    {
        var first = await OpenAsync("bb-same");
        var again = (await service.PostAsync("/v1/measures", A.Measure("bb-same", "BB"))).Is(HttpStatusCode.OK);
        Assert.Equal((false, first.Sequence), (again["changed"].GetValue<bool>(), again.Sequence));
        var differs = (await service.PostAsync("/v1/measures", A.Measure("bb-same", "BB", "adopted"))).IsProblem(Codes.MeasureDiffers);
        Assert.Equal("planned", differs.Text("stage"));
        Assert.Equal(["measure_planned"], await StoredAsync("bb-same"));
    }

    [Fact]
    public async Task the_same_entry_again_changes_nothing()
    {
        await OpenAsync("bb-same-entry");
        var first = (await MoveAsync("bb-same-entry", "propose", A.Move())).Is(HttpStatusCode.Created);
        (await MoveAsync("bb-same-entry", "adopt", A.Move("2024-05-03"))).Is(HttpStatusCode.Created);
        var again = (await MoveAsync("bb-same-entry", "propose", A.Move())).Is(HttpStatusCode.OK);
        Assert.Equal((2, false), (again["entry"].GetValue<int>(), again["changed"].GetValue<bool>()));
        Assert.True(again.Sequence > first.Sequence);
        Assert.Equal(3, (await StoredAsync("bb-same-entry")).Count);
    }

    [Fact]
    public async Task a_forbidden_transition_tells_the_stage_and_what_is_allowed()
    {
        await OpenAsync("bb-forbidden");
        var refused = (await MoveAsync("bb-forbidden", "resume", A.Move())).IsProblem(Codes.MeasureTransitionNotAllowed);
        Assert.Equal(("planned", "transition"), (refused.Text("stage"), refused.Text("field")));
        Assert.Equal(["propose", "adopt", "abandon"], refused["allowed"].AsArray().Select(t => t!.GetValue<string>()));
        Assert.Equal(["measure_planned"], await StoredAsync("bb-forbidden"));
    }

    [Theory]
    [InlineData("repeal", Codes.UnknownValue)]
    [InlineData("record_in_force", Codes.UnknownValue)]
    public async Task what_is_no_transition_is_refused(string transition, string code)
    {
        (await service.PostAsync("/v1/measures", A.Measure("bb-no-transition", "BB"))).Is(HttpStatusCode.Created, HttpStatusCode.OK);
        (await MoveAsync("bb-no-transition", transition, A.Move())).IsProblem(code);
    }

    [Fact]
    public async Task an_unknown_measure_does_not_move() => (await MoveAsync("bb-unknown", "adopt", A.Move())).IsProblem(Codes.NotFound);

    [Fact]
    public async Task a_stale_version_does_not_move_the_measure()
    {
        var opened = await OpenAsync("bb-versioned");
        var read = (await service.GetAfterAsync(opened, "/v1/measures/bb-versioned")).Is(HttpStatusCode.OK);
        Assert.Equal("\"1\"", read.ETag);
        (await MoveAsync("bb-versioned", "propose", A.Move(), ("If-Match", read.ETag!))).Is(HttpStatusCode.Created);
        (await MoveAsync("bb-versioned", "adopt", A.Move("2024-05-03"), ("If-Match", read.ETag!))).IsProblem(Codes.StaleVersion);
        (await MoveAsync("bb-versioned", "adopt", A.Move("2024-05-03"), ("If-Match", "\"2\""))).Is(HttpStatusCode.Created);
        Assert.Equal(3, (await StoredAsync("bb-versioned")).Count);
    }

    [Fact]
    public async Task what_holds_already_is_answered_whatever_version_it_was_sent_for()
    {
        await OpenAsync("bb-retried");
        (await MoveAsync("bb-retried", "propose", A.Move(), ("If-Match", "\"1\""))).Is(HttpStatusCode.Created);
        var retried = (await MoveAsync("bb-retried", "propose", A.Move(), ("If-Match", "\"1\""))).Is(HttpStatusCode.OK);
        Assert.False(retried["changed"].GetValue<bool>());
    }

    [Fact]
    public async Task of_two_who_move_a_measure_at_once_one_wins()
    {
        await OpenAsync("bb-raced");
        var replies = await AtOnce.SendAsync(service, "bb-raced", () => MoveAsync("bb-raced", "adopt", A.Move()), () => MoveAsync("bb-raced", "abandon", A.Move()));

        Assert.Single(replies, r => r.Status == HttpStatusCode.Created);
        var lost = Assert.Single(replies, r => r.Status != HttpStatusCode.Created).IsProblem(Codes.LostRace);
        Assert.Equal((2, "\"2\""), (lost["entries"].GetValue<int>(), lost.Text("version")));
        Assert.Equal(2, (await StoredAsync("bb-raced")).Count);
    }

    [Fact]
    public async Task one_entry_that_many_send_at_once_is_recorded_once()
    {
        await OpenAsync("bb-crowded");
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => MoveAsync("bb-crowded", "propose", A.Move())));
        Assert.Equal(Enumerable.Repeat(HttpStatusCode.OK, 7).Append(HttpStatusCode.Created), replies.Select(r => r.Status).Order());
        Assert.Equal(2, (await StoredAsync("bb-crowded")).Count);
    }

    [Fact]
    public async Task a_broken_rule_records_nothing()
    {
        var refused = (await service.PostAsync("/v1/measures", A.Measure("bb-broken", "BB").With("kind", "export_control"))).IsProblem(Codes.ScopeRequired);
        Assert.Equal("scope", refused.Text("field"));
        Assert.Empty(await StoredAsync("bb-broken"));
    }
}
