using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Recording;
using Xunit;

namespace PolicyTracker.Tests.Support;

/// <summary>An answer, read to its end.</summary>
/// <param name="Sequence">What <c>PolicyTracker-Sequence</c> tells; 0 when it is missing.</param>
public sealed record Reply(HttpStatusCode Status, JsonNode? Body, string? Location, string? ETag, long Sequence, string? MediaType, TimeSpan? RetryAfter)
{
    public static async Task<Reply> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return new Reply(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), response.Headers.Location?.OriginalString, response.Headers.ETag?.Tag,
            response.Headers.TryGetValues(Write.SequenceHeader, out var told) ? long.Parse(told.Single()) : 0,
            response.Content.Headers.ContentType?.MediaType, response.Headers.RetryAfter?.Delta);
    }

    public JsonNode this[string member] => Body?[member] ?? throw new KeyNotFoundException($"No {member} in {Body?.ToJsonString()}");

    public string Text(string member) => this[member].GetValue<string>();

    /// <summary>The answer, which must have one of these statuses.</summary>
    public Reply Is(params HttpStatusCode[] statuses)
    {
        Assert.True(statuses.Contains(Status), $"expected {string.Join(" or ", statuses)}, got {Status}: {Body?.ToJsonString()}");
        return this;
    }

    /// <summary>The answer, which must be the problem of this code, with the status that the catalogue gives it.</summary>
    public Reply IsProblem(string code)
    {
        Is((HttpStatusCode)ProblemTypes.Of(code).Status);
        Assert.Equal(ProblemTypes.UriOf(code), Text("type"));
        return this;
    }

    public JsonElement Json => JsonSerializer.SerializeToElement(Body);
}
