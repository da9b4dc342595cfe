using System.Net;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Facts;

public sealed class GetFactSpecs(Service service)
{
    [Fact]
    public async Task a_life_is_told_up_to_the_moment_asked_for()
    {
        var recorded = (await service.PostAsync("/v1/facts", A.Suspension("BY", "Told"))).Is(HttpStatusCode.Created);
        var retracted = (await service.PostAsync($"{recorded.Location}/retract", A.Change("source_corrected"))).Is(HttpStatusCode.OK);

        var now = (await service.GetAfterAsync(retracted, recorded.Location!)).Is(HttpStatusCode.OK);
        Assert.Equal("retracted", now.Text("status"));
        Assert.Equal(["account_suspended world_changed", "fact_retracted source_corrected"], now["life"].AsArray().Select(e => $"{e!["type"]} {e["cause"]}"));
        Assert.Equal([recorded.Sequence, retracted.Sequence], now["life"].AsArray().Select(e => e!["sequence"]!.GetValue<long>()));

        var before = (await service.GetAsync($"{recorded.Location}?knownAt={recorded.Sequence}")).Is(HttpStatusCode.OK);
        Assert.Equal(("recorded", 1, recorded.Sequence), (before.Text("status"), before["life"].AsArray().Count, before["knownAt"]["sequence"]!.GetValue<long>()));
        (await service.GetAsync($"{recorded.Location}?knownAt={recorded.Sequence - 1}")).IsProblem(Codes.NotFound);
    }

    [Fact]
    public async Task an_event_is_recorded_when_the_service_could_first_answer_with_it()
    {
        var recorded = (await service.PostAsync("/v1/facts", A.Suspension("BY", "Timed"))).Is(HttpStatusCode.Created);
        var fact = await service.GetAfterAsync(recorded, recorded.Location!);
        var at = fact["life"][0]!["recordedAt"]!.GetValue<DateTimeOffset>();
        (await service.GetAsync($"{recorded.Location}?knownAt={Uri.EscapeDataString(at.ToString("O"))}")).Is(HttpStatusCode.OK);
        (await service.GetAsync($"{recorded.Location}?knownAt={Uri.EscapeDataString(at.AddMicroseconds(-1).ToString("O"))}")).IsProblem(Codes.NotFound);
    }

    [Fact]
    public async Task it_counts_from_its_day_on_until_it_is_retracted()
    {
        var recorded = (await service.PostAsync("/v1/facts", A.Suspension("BY", "Counted", occurred: "2024-05-01"))).Is(HttpStatusCode.Created);
        var retracted = (await service.PostAsync($"{recorded.Location}/retract", A.Change())).Is(HttpStatusCode.OK);
        await service.GetAfterAsync(retracted, recorded.Location!);
        Assert.Equal((false, true, false), (await CountsAsync("2024-04-30", recorded), await CountsAsync("2024-05-01", recorded), await CountsAsync("2024-05-01", retracted)));

        async Task<bool> CountsAsync(string asOf, Reply known) =>
            (await service.GetAsync($"{recorded.Location}?asOf={asOf}&knownAt={known.Sequence}")).Is(HttpStatusCode.OK)["counts"].GetValue<bool>();
    }

    [Fact]
    public async Task an_unknown_id_is_not_found() => (await service.GetAsync("/v1/facts/00000000000000000000")).IsProblem(Codes.NotFound);

    [Fact]
    public async Task one_fact_takes_no_filter() => (await service.GetAsync("/v1/facts/00000000000000000000?country=CN")).IsProblem(Codes.UnknownParameter);
}
