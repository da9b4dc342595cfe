using System.Text.Json.Nodes;

namespace PolicyTracker.Tests.Support;

/// <summary>Requests as a client writes them. Each call gives a new object, to be changed at will.</summary>
public static class A
{
    public static JsonObject Source(string title = "A report") => new() { ["publisher"] = "Example Wire", ["title"] = title, ["publishedOn"] = "2024-05-09" };

    /// <summary>A suspended account, the simplest fact that names a provider.</summary>
    public static JsonObject Suspension(string country, string provider, string holder = "a lab", string occurred = "2024-05-01") => new()
    {
        ["type"] = "account_suspended",
        ["country"] = country,
        ["provider"] = provider,
        ["holder"] = holder,
        ["occurred"] = occurred,
        ["source"] = Source(),
        ["tier"] = "B",
    };

    /// <summary>The same object with other members.</summary>
    public static JsonObject With(this JsonObject json, string member, JsonNode? value)
    {
        json[member] = value;
        return json;
    }

    public static JsonObject Correction(JsonObject fact) => new() { ["fact"] = fact, ["cause"] = "our_error", ["why"] = "Misread." };

    public static JsonObject Change(string cause = "our_error") => new() { ["cause"] = cause, ["why"] = "A reason." };

    public static JsonObject Why() => new() { ["why"] = "A reason." };

    /// <summary>A planned measure.</summary>
    public static JsonObject Measure(string id, string issuer, string state = "planned", string occurred = "2024-05-01") => new()
    {
        ["id"] = id,
        ["state"] = state,
        ["kind"] = "guidance",
        ["issuer"] = issuer,
        ["title"] = $"Guidance {id}",
        ["occurred"] = occurred,
        ["source"] = Source(),
        ["tier"] = "A",
    };

    /// <summary>A transition of a measure.</summary>
    public static JsonObject Move(string occurred = "2024-05-02") => new() { ["occurred"] = occurred, ["source"] = Source(), ["tier"] = "A" };
}
