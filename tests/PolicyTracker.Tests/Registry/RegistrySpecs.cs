using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Registry;

public sealed class RegistrySpecs(Service service)
{
    private static JsonObject Provider(string name, string? home = null, bool reviewed = true, params string[] aliases) => new()
    {
        ["name"] = name,
        ["home"] = home,
        ["reviewed"] = reviewed,
        ["aliases"] = new JsonArray([.. aliases.Select(a => (JsonNode)a)]),
    };

    private static JsonObject Correction(JsonObject entry) => new() { ["entry"] = entry, ["why"] = "It moved." };

    private Task<IReadOnlyList<string>> SuppliersOfAsync(string country) => service.ColumnAsync(
        "select distinct supplier from policy.standing where dependent = $1 and indicator = 'X3' and known_to is null order by supplier", country);

    [Fact]
    public async Task a_provider_is_registered_once()
    {
        var first = (await service.PostAsync("/v1/providers", Provider("Registered Once", "US"))).Is(HttpStatusCode.Created);
        Assert.Equal("/v1/providers/registered-once", first.Location);
        var again = (await service.PostAsync("/v1/providers", Provider("Registered Once", "US"))).Is(HttpStatusCode.OK);
        Assert.Equal((false, first.Sequence), (again["changed"].GetValue<bool>(), again.Sequence));
        var differs = (await service.PostAsync("/v1/providers", Provider("registered once", "CN"))).IsProblem(Codes.RegistryDiffers);
        Assert.Equal("registered-once", differs.Text("id"));
    }

    [Fact]
    public async Task a_name_first_met_in_a_fact_is_completed()
    {
        var fact = (await service.PostAsync("/v1/facts", A.Suspension("BD", "Completed Later"))).Is(HttpStatusCode.Created);
        (await service.GetAfterAsync(fact, "/v1/facts?country=BD")).Is(HttpStatusCode.OK);
        Assert.Equal(["?"], await SuppliersOfAsync("BD"));

        var completed = (await service.PostAsync("/v1/providers", Provider("Completed Later", "US"))).Is(HttpStatusCode.OK);
        Assert.True(completed["changed"].GetValue<bool>());
        (await service.GetAfterAsync(completed, "/v1/facts?country=BD")).Is(HttpStatusCode.OK);
        Assert.Equal(["US"], await SuppliersOfAsync("BD"));
    }

    [Fact]
    public async Task a_corrected_home_moves_the_claims_of_every_country()
    {
        (await service.PostAsync("/v1/providers", Provider("Moving House", "US"))).Is(HttpStatusCode.Created);
        foreach (var country in new[] { "BE", "BF" })
            (await service.PostAsync("/v1/facts", A.Suspension(country, "Moving House"))).Is(HttpStatusCode.Created);
        var last = (await service.PostAsync("/v1/facts", A.Suspension("BF", "Moving House", "another"))).Is(HttpStatusCode.Created);
        (await service.GetAfterAsync(last, "/v1/facts?country=BE")).Is(HttpStatusCode.OK);
        Assert.Equal(["US"], await SuppliersOfAsync("BF"));

        var corrected = (await service.PostAsync("/v1/providers/moving-house/correct", Correction(Provider("Moving House", "CN")))).Is(HttpStatusCode.OK);
        (await service.GetAfterAsync(corrected, "/v1/facts?country=BE")).Is(HttpStatusCode.OK);
        Assert.Equal(["CN"], await SuppliersOfAsync("BE"));
        Assert.Equal(["CN"], await SuppliersOfAsync("BF"));
        Assert.Equal(["BE", "BF"], await service.ColumnAsync(
            "select jsonb_array_elements_text(data -> 'countries') from policy_events.mt_events where type = 'provider_corrected' and stream_id = 'provider/moving-house'"));
    }

    [Fact]
    public async Task a_corrected_home_names_the_countries_of_facts_that_no_view_holds_yet()
    {
        (await service.PostAsync("/v1/providers", Provider("Moving At Once", "US"))).Is(HttpStatusCode.Created);
        await using var connection = await service.ConnectAsync();
        await using (var pause = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand("lock table policy.record_point in share row exclusive mode", connection, pause);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            var fact = (await service.PostAsync("/v1/facts", A.Suspension("BG", "Moving At Once"))).Is(HttpStatusCode.Created);
            (await service.PostAsync($"{fact.Location}/correct", A.Correction(A.Suspension("BJ", "Moving At Once")))).Is(HttpStatusCode.OK);
            (await service.PostAsync("/v1/providers/moving-at-once/correct", Correction(Provider("Moving At Once", "CN")))).Is(HttpStatusCode.OK);
        }

        Assert.Contains("BJ", await service.ColumnAsync(
            "select jsonb_array_elements_text(data -> 'countries') from policy_events.mt_events where type = 'provider_corrected' and stream_id = 'provider/moving-at-once'"));
    }

    [Fact]
    public async Task a_filter_of_the_feed_finds_a_name_that_no_view_holds_yet()
    {
        await using var connection = await service.ConnectAsync();
        await using var pause = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand("lock table policy.record_point in share row exclusive mode", connection, pause);
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        (await service.PostAsync("/v1/providers", Provider("Followed At Once", "US"))).Is(HttpStatusCode.Created);

        (await service.GetAsync("/v1/events?provider=Followed%20At%20Once")).Is(HttpStatusCode.OK);
        // An answer of a moment tells what was known at the moment.
        (await service.GetAsync("/v1/facts?provider=Followed%20At%20Once")).IsProblem(Codes.UnknownProvider);
    }

    [Fact]
    public async Task completing_takes_nothing_away()
    {
        (await service.PostAsync("/v1/providers", Provider("Half Known", "US", false, "Half"))).Is(HttpStatusCode.Created);
        (await service.PostAsync("/v1/providers", Provider("Half Known"))).IsProblem(Codes.RegistryDiffers);
        (await service.PostAsync("/v1/providers", Provider("Half Known", "CN", true, "Half"))).IsProblem(Codes.RegistryDiffers);
        (await service.PostAsync("/v1/providers", Provider("Half Known", "US", true, "Half", "Half Ltd"))).Is(HttpStatusCode.OK);
        Assert.Equal(["provider_registered", "provider_corrected"], await service.EventsHoldingAsync("Half Known"));
    }

    [Fact]
    public async Task an_alias_leads_to_its_provider()
    {
        (await service.PostAsync("/v1/providers", Provider("Known As Many", "US", true, "Many Ltd"))).Is(HttpStatusCode.Created);
        var one = (await service.PostAsync("/v1/facts", A.Suspension("BH", "Many Ltd"))).Is(HttpStatusCode.Created);
        var same = (await service.PostAsync("/v1/facts", A.Suspension("BH", "KNOWN AS MANY"))).Is(HttpStatusCode.OK);
        Assert.Equal(one.Text("id"), same.Text("id"));
        (await service.PostAsync("/v1/providers", Provider("Another", null, true, "many ltd"))).IsProblem(Codes.RegistryDiffers);
        Assert.Empty(await service.ColumnAsync("select id from policy.registry_name where name = 'another'"));
    }

    [Fact]
    public async Task a_model_written_in_two_ways_is_one()
    {
        JsonObject Derivation(string baseModel, string title) => new()
        {
            ["type"] = "derivation_reported",
            ["country"] = "BI",
            ["model"] = "Derived One",
            ["baseModel"] = baseModel,
            ["developer"] = "Deriver",
            ["baseProvider"] = "Base Maker",
            ["relation"] = "fine_tuned",
            ["occurred"] = "2024-01",
            ["source"] = A.Source(title),
            ["tier"] = "B",
        };
        (await service.PostAsync("/v1/facts", Derivation("LLaMA 2", "One report"))).Is(HttpStatusCode.Created);
        (await service.PostAsync("/v1/facts", Derivation("Llama 2", "One report"))).Is(HttpStatusCode.OK);
        var other = (await service.PostAsync("/v1/facts", Derivation("Llama-2", "Another report"))).Is(HttpStatusCode.Created);
        var model = (await service.GetAfterAsync(other, "/v1/models/base-maker/llama-2")).Is(HttpStatusCode.OK);
        Assert.Equal(("LLaMA 2", "base-maker", 2), (model.Text("name"), model.Text("provider"), model["facts"].GetValue<int>()));
    }

    [Fact]
    public async Task a_model_is_registered_under_its_provider_and_completed()
    {
        (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "Homeless", ["provider"] = "Nobody Known" })).IsProblem(Codes.UnknownProvider);
        (await service.PostAsync("/v1/providers", Provider("Model Maker", "US"))).Is(HttpStatusCode.Created);
        var first = (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "Model X", ["provider"] = "Model Maker" })).Is(HttpStatusCode.Created);
        Assert.Equal("/v1/models/model-maker/model-x", first.Location);
        var completed = (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "Model X", ["provider"] = "Model Maker", ["aliases"] = new JsonArray("MX"), ["reviewed"] = true }))
            .Is(HttpStatusCode.OK);
        Assert.True(completed["changed"].GetValue<bool>());
        (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "Model X", ["provider"] = "Model Maker" })).IsProblem(Codes.RegistryDiffers);
        var read = (await service.GetAfterAsync(completed, first.Location!)).Is(HttpStatusCode.OK);
        Assert.Equal(["MX"], read["aliases"].AsArray().Select(a => a!.GetValue<string>()));
    }

    [Fact]
    public async Task a_models_entry_is_put_right_and_its_id_stays()
    {
        foreach (var name in new[] { "Said To Make It", "Does Make It" })
            (await service.PostAsync("/v1/providers", Provider(name, "US"))).Is(HttpStatusCode.Created);
        (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "Taken Model", ["provider"] = "Does Make It" })).Is(HttpStatusCode.Created);
        (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "Mistaken Model", ["provider"] = "Said To Make It", ["reviewed"] = true })).Is(HttpStatusCode.Created);
        const string address = "/v1/models/said-to-make-it/mistaken-model";

        var correction = Correction(new JsonObject { ["name"] = "Right Model", ["provider"] = "Does Make It", ["aliases"] = new JsonArray("RM"), ["reviewed"] = true });
        var corrected = (await service.PostAsync($"{address}/correct", correction)).Is(HttpStatusCode.OK);
        Assert.Equal(("said-to-make-it/mistaken-model", true, address), (corrected.Text("id"), corrected["changed"].GetValue<bool>(), corrected.Location));
        var again = (await service.PostAsync("/v1/models/said-to-make-it%2Fmistaken-model/correct", correction)).Is(HttpStatusCode.OK);
        Assert.Equal((false, corrected.Sequence), (again["changed"].GetValue<bool>(), again.Sequence));

        var model = (await service.GetAfterAsync(corrected, address)).Is(HttpStatusCode.OK);
        Assert.Equal(("Right Model", "does-make-it", "RM"), (model.Text("name"), model.Text("provider"), model["aliases"][0]!.GetValue<string>()));
        var before = (await service.GetAsync($"{address}?knownAt={corrected.Sequence - 1}")).Is(HttpStatusCode.OK);
        Assert.Equal(("Mistaken Model", "said-to-make-it"), (before.Text("name"), before.Text("provider")));

        (await service.PostAsync($"{address}/correct", Correction(new JsonObject { ["name"] = "taken model", ["provider"] = "Does Make It" }))).IsProblem(Codes.RegistryDiffers);
        var unknown = (await service.PostAsync($"{address}/correct", Correction(new JsonObject { ["name"] = "Right Model", ["provider"] = "Makes Nothing" }))).IsProblem(Codes.UnknownProvider);
        Assert.Equal("entry.provider", unknown.Text("field"));
        (await service.PostAsync("/v1/models/said-to-make-it/no-model/correct", correction.DeepClone())).IsProblem(Codes.NotFound);
    }

    [Fact]
    public async Task an_unknown_provider_cannot_be_corrected() =>
        (await service.PostAsync("/v1/providers/nobody-at-all/correct", Correction(Provider("Nobody At All")))).IsProblem(Codes.NotFound);
}
