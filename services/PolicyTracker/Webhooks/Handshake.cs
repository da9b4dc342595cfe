using System.Security.Cryptography;
using System.Text.Json;

namespace PolicyTracker.Webhooks;

/// <summary>Whether a receiver agrees to be sent events.</summary>
/// <param name="RequestsPerMinute">How many it takes in a minute; null when it sets no limit.</param>
/// <param name="Detail">Why it does not, in words; null when it does.</param>
internal sealed record Verification(bool Granted, int? RequestsPerMinute, string? Detail);

/// <summary>
/// Asks a receiver for its consent, so that nobody can direct events at somebody who does not expect them: by the abuse protection of CloudEvents'
/// HTTP 1.1 Web Hooks (OPTIONS), or else by a signed message whose challenge the answer repeats.
/// </summary>
internal sealed class Handshake(WebhookClient client)
{
    private const string AllowedOrigin = "WebHook-Allowed-Origin", AllowedRate = "WebHook-Allowed-Rate", Challenge = "challenge";

    /// <summary>The CloudEvents type of the message that asks.</summary>
    public const string PingType = "policytracker.ping.v1";

    /// <param name="origin">The DNS name by which we ask, and by which we send later.</param>
    public async Task<Verification> VerifyAsync(WebhookTarget target, string origin, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, target.Url);
        var (asked, headers) = await client.SendAsync(request, target, [(WebhookClient.OriginHeader, origin)], cancellation);
        if (headers is null)
            return new Verification(false, null, $"The receiver gave no answer: {asked.Error}.");
        // Consent is the header; the status says nothing.
        if (headers.TryGetValues(AllowedOrigin, out var origins) && origins.Any(allowed => allowed == "*" || allowed.Equals(origin, StringComparison.OrdinalIgnoreCase)))
            return new Verification(true, headers.TryGetValues(AllowedRate, out var rates) && int.TryParse(rates.First(), out var rate) && rate > 0 ? rate : null, null);
        return await PingAsync(target, cancellation);
    }

    private async Task<Verification> PingAsync(WebhookTarget target, CancellationToken cancellation)
    {
        var challenge = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var attempt = await client.PostAsync(target, Ping(challenge), [], cancellation);
        return attempt.Result == AttemptResult.Delivered && Repeats(attempt.Snippet, challenge)
            ? new Verification(true, null, null)
            : new Verification(false, null,
                $"The receiver neither allowed our origin in {AllowedOrigin} nor repeated the challenge of the ping: {attempt.Error ?? $"it answered {attempt.Status}"}.");
    }

    private static WebhookMessage Ping(string challenge) => new($"ping_{challenge}", "application/cloudevents+json", JsonSerializer.SerializeToUtf8Bytes(new
    {
        specversion = "1.0",
        id = $"ping_{challenge}",
        source = "/policytracker",
        type = PingType,
        datacontenttype = "application/json",
        data = new { challenge },
    }));

    /// <summary>The answer is the challenge, or a JSON object that has it. One that repeats whatever it was sent is not: there it lies deeper.</summary>
    private static bool Repeats(string? answer, string challenge)
    {
        if (answer is null || answer == challenge)
            return answer is not null;
        try
        {
            using var json = JsonDocument.Parse(answer);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(Challenge, out var given) && given.ValueEquals(challenge);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
