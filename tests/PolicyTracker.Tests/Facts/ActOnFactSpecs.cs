using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Facts;

public sealed class ActOnFactSpecs(Service service)
{
    private async Task<Reply> RecordAsync(JsonObject fact) => (await service.PostAsync("/v1/facts", fact)).Is(HttpStatusCode.Created);

    private static (string Status, bool Changed) Outcome(Reply reply) => (reply.Is(HttpStatusCode.OK).Text("status"), reply["changed"].GetValue<bool>());

    [Fact]
    public async Task a_correction_keeps_the_id_and_tells_before_and_after()
    {
        var recorded = await RecordAsync(A.Suspension("AF", "Correcting"));
        var better = A.Suspension("AF", "Correcting").With("reason", "abuse");
        var corrected = await service.PostAsync($"{recorded.Location}/correct", A.Correction(better));
        Assert.Equal(("recorded", true), Outcome(corrected));

        var fact = await service.GetAfterAsync(corrected, recorded.Location!);
        Assert.Equal((recorded.Text("id"), "abuse"), (fact.Text("id"), fact.Text("reason")));
        var correction = fact["life"][1]!;
        Assert.Equal(("fact_corrected", "our_error", "Misread."), (correction["type"]!.GetValue<string>(), correction["cause"]!.GetValue<string>(), correction["why"]!.GetValue<string>()));
        Assert.Null(correction["before"]!["reason"]);
        Assert.Equal("abuse", correction["after"]!["reason"]!.GetValue<string>());

        var again = await service.PostAsync($"{recorded.Location}/correct", A.Correction((JsonObject)better.DeepClone()));
        Assert.Equal(("recorded", false), Outcome(again));
        Assert.Equal(corrected.Sequence, again.Sequence);
    }

    [Fact]
    public async Task a_corrected_key_moves_the_fact_and_the_old_key_still_leads_to_it()
    {
        var recorded = await RecordAsync(A.Suspension("AF", "Moving Key", "first holder"));
        var corrected = (await service.PostAsync($"{recorded.Location}/correct", A.Correction(A.Suspension("AF", "Moving Key", "second holder")))).Is(HttpStatusCode.OK);
        foreach (var holder in new[] { "first holder", "second holder" })
        {
            var again = (await service.PostAsync("/v1/facts", A.Suspension("AF", "Moving Key", holder))).Is(HttpStatusCode.OK);
            Assert.Equal((recorded.Text("id"), corrected.Sequence), (again.Text("id"), again.Sequence));
        }
    }

    [Fact]
    public async Task a_fact_may_move_to_another_country_and_both_hear_of_it()
    {
        var recorded = await RecordAsync(A.Suspension("AG", "Moving Country"));
        var corrected = (await service.PostAsync($"{recorded.Location}/correct", A.Correction(A.Suspension("AI", "Moving Country")))).Is(HttpStatusCode.OK);
        Assert.Empty((await service.GetAfterAsync(corrected, "/v1/facts?country=AG"))["items"].AsArray());
        Assert.Single((await service.GetAsync("/v1/facts?country=AI"))["items"].AsArray());
        Assert.Equal(["AG", "AI"], await service.ColumnAsync("select country from policy.country_event where fact = $1 and type = 'fact_corrected' order by country", recorded.Text("id")));
    }

    [Fact]
    public async Task a_fact_cannot_take_the_key_of_another()
    {
        var one = await RecordAsync(A.Suspension("AF", "Taken Key", "one"));
        var two = await RecordAsync(A.Suspension("AF", "Taken Key", "two"));
        var refused = (await service.PostAsync($"{one.Location}/correct", A.Correction(A.Suspension("AF", "Taken Key", "two").With("reason", "abuse")))).IsProblem(Codes.FactDiffers);
        Assert.Equal(two.Text("id"), refused.Text("id"));
        Assert.DoesNotContain("fact_corrected", await service.EventsHoldingAsync("Taken Key"));
    }

    [Fact]
    public async Task a_refused_correction_registers_no_name()
    {
        var recorded = await RecordAsync(A.Suspension("AF", "Kept Name"));
        (await service.PostAsync($"{recorded.Location}/retract", A.Change())).Is(HttpStatusCode.OK);
        (await service.PostAsync($"{recorded.Location}/correct", A.Correction(A.Suspension("AF", "Name Never Met")))).IsProblem(Codes.FactRetracted);
        Assert.Empty(await service.EventsHoldingAsync("Name Never Met"));
        Assert.Empty(await service.ColumnAsync("select id from policy.registry_name where name = 'namenevermet'"));
    }

    [Fact]
    public async Task every_act_done_twice_changes_something_once()
    {
        var recorded = await RecordAsync(A.Suspension("AF", "Twice"));
        var last = recorded;
        foreach (var (act, body, status) in new[]
        {
            ("dispute", A.Why(), "disputed"), ("confirm", A.Why().With("on", "2024-06-01"), "confirmed"), ("retract", A.Change(), "retracted"), ("reinstate", A.Change(), "confirmed"),
        })
        {
            var first = await service.PostAsync($"{recorded.Location}/{act}", body);
            var second = await service.PostAsync($"{recorded.Location}/{act}", body.DeepClone());
            Assert.Equal((status, true), Outcome(first));
            Assert.Equal((status, false), Outcome(second));
            Assert.Equal(first.Sequence, second.Sequence);
            last = first;
        }

        var fact = await service.GetAfterAsync(last, recorded.Location!);
        Assert.Equal(["account_suspended", "fact_disputed", "fact_confirmed", "fact_retracted", "fact_reinstated"], fact["life"].AsArray().Select(e => e!["type"]!.GetValue<string>()));
        Assert.True(fact["reviewed"].GetValue<bool>());
        Assert.Equal("2024-06-01", fact["life"][2]!["on"]!.GetValue<string>());
    }

    [Fact]
    public async Task eight_who_retract_at_once_retract_once()
    {
        var recorded = await RecordAsync(A.Suspension("AF", "Raced"));
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.PostAsync($"{recorded.Location}/retract", A.Change())));
        Assert.Single(replies, reply => Outcome(reply).Changed);
        Assert.Single(await service.EventsHoldingAsync(recorded.Text("id")), "fact_retracted");
    }

    [Fact]
    public async Task a_retracted_fact_is_neither_corrected_nor_disputed_nor_confirmed()
    {
        var recorded = await RecordAsync(A.Suspension("AF", "Gone"));
        (await service.PostAsync($"{recorded.Location}/retract", A.Change())).Is(HttpStatusCode.OK);
        foreach (var (act, body) in new[] { ("correct", A.Correction(A.Suspension("AF", "Gone", "other"))), ("dispute", A.Why()), ("confirm", A.Why()) })
            (await service.PostAsync($"{recorded.Location}/{act}", body)).IsProblem(Codes.FactRetracted);
        var again = (await service.PostAsync("/v1/facts", A.Suspension("AF", "Gone"))).Is(HttpStatusCode.OK);
        Assert.Equal(("retracted", recorded.Text("id")), (again.Text("status"), again.Text("id")));
    }

    [Fact]
    public async Task the_world_changes_by_new_facts_alone()
    {
        var recorded = await RecordAsync(A.Suspension("AF", "Worldly"));
        var refused = (await service.PostAsync($"{recorded.Location}/retract", A.Change("world_changed"))).IsProblem(Codes.UnknownValue);
        Assert.Equal(("cause", 3), (refused.Text("field"), refused["allowed"].AsArray().Count));
    }

    [Fact]
    public async Task acts_on_nothing_are_not_found()
    {
        foreach (var (act, body) in new[] { ("retract", A.Change()), ("reinstate", A.Change()), ("dispute", A.Why()), ("confirm", A.Why()), ("correct", A.Correction(A.Suspension("AF", "Nobody Here"))) })
            (await service.PostAsync($"/v1/facts/00000000000000000000/{act}", body)).IsProblem(Codes.NotFound);
        Assert.Empty(await service.EventsHoldingAsync("Nobody Here"));
    }

    [Fact]
    public async Task a_batch_is_retracted_as_one()
    {
        var one = await RecordAsync(A.Suspension("AF", "Batch Retraction", "one"));
        var two = await RecordAsync(A.Suspension("AF", "Batch Retraction", "two"));
        JsonObject Retracting(params string[] ids) => A.Change().With("ids", new JsonArray([.. ids.Select(id => (JsonNode)id)]));

        (await service.PostAsync("/v1/facts/batch/retract", Retracting(one.Text("id"), "00000000000000000000"))).IsProblem(Codes.NotFound);
        Assert.Empty(await service.EventsHoldingAsync(one.Text("id")));

        var retracted = (await service.PostAsync("/v1/facts/batch/retract", Retracting(two.Text("id"), one.Text("id")))).Is(HttpStatusCode.OK);
        Assert.Equal([two.Text("id"), one.Text("id")], retracted.Body!.AsArray().Select(r => r!["id"]!.GetValue<string>()));
        Assert.All(retracted.Body!.AsArray(), r => Assert.True(r!["changed"]!.GetValue<bool>()));
        var again = (await service.PostAsync("/v1/facts/batch/retract", Retracting(one.Text("id"), two.Text("id")))).Is(HttpStatusCode.OK);
        Assert.All(again.Body!.AsArray(), r => Assert.False(r!["changed"]!.GetValue<bool>()));
        Assert.Equal(retracted.Sequence, again.Sequence);
    }
}
