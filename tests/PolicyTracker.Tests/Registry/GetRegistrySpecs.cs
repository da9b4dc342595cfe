using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Registry;

public sealed class GetRegistrySpecs(Service service)
{
    private static IEnumerable<string> Ids(Reply page) => page["items"].AsArray().Select(item => item!["id"]!.GetValue<string>());

    private async Task<Reply> RegisterAsync(string name, string? home, bool reviewed, params string[] aliases) => (await service.PostAsync("/v1/providers", new JsonObject
    {
        ["name"] = name,
        ["home"] = home,
        ["reviewed"] = reviewed,
        ["aliases"] = new JsonArray([.. aliases.Select(a => (JsonNode)a)]),
    })).Is(HttpStatusCode.Created);

    [Fact]
    public async Task providers_are_filtered_and_paged_in_the_order_of_their_ids()
    {
        await RegisterAsync("Zed Labs", "ZM", true, "Élan Zed");
        await RegisterAsync("Zed Works", "ZM", false);
        var last = await RegisterAsync("Zed House", null, false);

        Assert.Equal(["zed-house", "zed-labs", "zed-works"], Ids(await service.GetAfterAsync(last, "/v1/providers?text=ZED")));
        Assert.Equal(["zed-labs", "zed-works"], Ids(await service.GetAsync("/v1/providers?home=ZM")));
        Assert.Equal(["zed-labs"], Ids(await service.GetAsync("/v1/providers?home=ZM&reviewed=true")));
        Assert.Equal(["zed-labs"], Ids(await service.GetAsync("/v1/providers?text=%C3%A9lan")));
        var first = await service.GetAsync("/v1/providers?text=zed&limit=2");
        Assert.Equal(["zed-works"], Ids(await service.GetAsync($"/v1/providers?text=zed&limit=2&next={first.Text("next")}")));
        (await service.GetAsync("/v1/providers?reviewed=yes")).IsProblem(Codes.UnknownValue);
        (await service.GetAsync("/v1/providers?name=zed")).IsProblem(Codes.UnknownParameter);
    }

    [Fact]
    public async Task a_provider_tells_what_was_known_of_it()
    {
        var registered = await RegisterAsync("Yon Labs", "YE", false);
        var fact = (await service.PostAsync("/v1/facts", A.Suspension("CC", "Yon Labs"))).Is(HttpStatusCode.Created);
        var retracted = (await service.PostAsync($"{fact.Location}/retract", A.Change())).Is(HttpStatusCode.OK);
        var provider = (await service.GetAfterAsync(retracted, "/v1/providers/yon-labs")).Is(HttpStatusCode.OK);
        Assert.Equal(("Yon Labs", "YE", 0), (provider.Text("name"), provider.Text("home"), provider["facts"].GetValue<int>()));
        Assert.Equal(1, (await service.GetAsync($"/v1/providers/yon-labs?knownAt={fact.Sequence}"))["facts"].GetValue<int>());
        (await service.GetAsync($"/v1/providers/yon-labs?knownAt={registered.Sequence - 1}")).IsProblem(Codes.NotFound);
    }

    [Fact]
    public async Task models_are_found_by_provider_and_by_text()
    {
        await RegisterAsync("Xen Labs", "US", true);
        foreach (var name in new[] { "Xen 1", "Xen 2" })
            (await service.PostAsync("/v1/models", new JsonObject { ["name"] = name, ["provider"] = "Xen Labs" })).Is(HttpStatusCode.Created);
        var last = (await service.PostAsync("/v1/models", new JsonObject { ["name"] = "Xen 2 Alone" })).Is(HttpStatusCode.Created);

        Assert.Equal(["xen-labs/xen-1", "xen-labs/xen-2"], Ids(await service.GetAfterAsync(last, "/v1/models?provider=xen-labs")));
        Assert.Equal(["xen-labs/xen-1", "xen-labs/xen-2"], Ids(await service.GetAsync("/v1/models?provider=XEN%20LABS")));
        Assert.Equal(["xen-2-alone", "xen-labs/xen-2"], Ids(await service.GetAsync("/v1/models?text=xen-2")).Order(StringComparer.Ordinal));
        (await service.GetAsync("/v1/models?provider=nobody")).IsProblem(Codes.UnknownProvider);
        (await service.GetAsync("/v1/models/xen-labs/xen-3")).IsProblem(Codes.NotFound);
    }
}
