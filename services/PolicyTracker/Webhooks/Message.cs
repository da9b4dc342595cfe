using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PolicyTracker.Feeds;

namespace PolicyTracker.Webhooks;

/// <summary>Events on their way to one subscription.</summary>
/// <param name="Events">At least one, in the order of the feed.</param>
internal sealed record Message(Subscription To, IReadOnlyList<FeedEntry> Events)
{
    public const string CursorHeader = "PolicyTracker-Cursor", RedeliveryHeader = "PolicyTracker-Redelivery";

    public long First => Events[0].Position;
    public long Last => Events[^1].Position;

    /// <summary>The same in every attempt and every redelivery.</summary>
    public string Id => To.Settings.Format == MessageFormat.Batch ? $"{To.Id}:{First}-{Last}" : Events[0].Id.ToString();

    public string ContentType => To.Settings.Format == MessageFormat.Batch ? FeedEvent.BatchMediaType : FeedEvent.MediaType;

    public ReadOnlyMemory<byte> Body => To.Settings.Format switch
    {
        MessageFormat.Structured => Events[0].Json,
        MessageFormat.Thin => Thin(Events[0]),
        _ => Encoding.UTF8.GetBytes($"[{string.Join(',', Events.Select(entry => Encoding.UTF8.GetString(entry.Json.Span)))}]"),
    };

    private static byte[] Thin(FeedEntry entry)
    {
        var json = JsonNode.Parse(entry.Json.Span)!.AsObject();
        json.Remove("data");
        json["dataref"] = $"/v1/events/{entry.Id}";
        return JsonSerializer.SerializeToUtf8Bytes(json, Json.Options);
    }
}

/// <summary>Sends messages to their receivers, in the name of their subscriptions.</summary>
internal sealed class MessageSender(WebhookClient client, SecretVault vault, WebhookMetrics metrics, TimeProvider clock)
{
    /// <param name="cursor">What the receiver may keep as its own: everything at or below it is delivered or parked.</param>
    public async Task<Attempt> SendAsync(Message message, long cursor, bool redelivery, CancellationToken cancellation)
    {
        List<(string, string)> headers = [(Message.CursorHeader, new FeedCursor(message.To.Epoch, cursor).ToString())];
        if (redelivery)
            headers.Add((Message.RedeliveryHeader, "true"));
        var attempt = await client.PostAsync(TargetOf(message.To), new WebhookMessage(message.Id, message.ContentType, message.Body), headers, cancellation);
        metrics.Ended(attempt.Result);
        return attempt;
    }

    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that protect its secrets are gone.</exception>
    public WebhookTarget TargetOf(Subscription subscription) => new(
        new Uri(subscription.Settings.Url),
        [.. subscription.ValidSecrets(clock.GetUtcNow()).Select(secret => vault.Unprotect(secret.Value))],
        subscription.Settings.Headers.ToFrozenDictionary(header => header.Name, header => vault.UnprotectText(header.Value)),
        TimeSpan.FromSeconds(subscription.Settings.TimeoutSeconds));
}
