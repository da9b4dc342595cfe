using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using PolicyTracker.Feeds;

namespace PolicyTracker.Webhooks;

/// <summary>What the owner of a subscription decides; what is left out is as it was, or as usual.</summary>
public abstract record SubscriptionRequest
{
    /// <summary>Which events: an object whose members are the feed's filters, each a list of values. Everything when it is left out.</summary>
    public JsonElement? Filter { get; init; }
    /// <summary>structured when it is left out.</summary>
    public MessageFormat? Format { get; init; }
    /// <summary>strict when it is left out.</summary>
    public Ordering? Ordering { get; init; }
    /// <summary>Headers that go with every message: Authorization, and those whose names begin with X-. Their values are not shown again, and a change to another host drops them unless it gives them anew.</summary>
    [MaxLength(10)]
    public IReadOnlyList<HeaderField>? Headers { get; init; }
    /// <summary>How many messages a minute at most; no limit when it is left out. In a change, null takes the limit away.</summary>
    [Range(1, 60_000)]
    public int? RateLimit { get; init; }
    /// <summary>How many messages may be on their way at once, where the order allows it: 8 when it is left out.</summary>
    [Range(1, 32)]
    public int? MaxInFlight { get; init; }
    /// <summary>With the format batch: 100 events, 1,000 ms when it is left out.</summary>
    public Batch? Batch { get; init; }
    /// <summary>How long the receiver has to answer: 15 when it is left out, or what the service is set to.</summary>
    [Range(1, 30)]
    public int? TimeoutSeconds { get; init; }
    /// <summary>park when it is left out.</summary>
    public OnExhausted? OnExhausted { get; init; }
}

/// <summary>A subscription to be made.</summary>
public sealed record NewSubscription : SubscriptionRequest
{
    /// <summary>Where the messages are sent.</summary>
    public required string Url { get; init; }
    /// <summary>Where it begins: a cursor, earliest, latest, or a time since which. latest when it is left out.</summary>
    public string? Start { get; init; }
    /// <summary>How its messages are signed; it cannot be changed. hmac when it is left out; ed25519 is for a receiver that is another organisation.</summary>
    public SignatureScheme? Signature { get; init; }
}

/// <summary>Changes to a subscription. Another address is to be verified again.</summary>
public sealed record ChangeSubscription : SubscriptionRequest
{
    /// <summary>Where the messages are sent from now on.</summary>
    public string? Url { get; init; }
}

/// <summary>Checks what only the webhooks know of a request, and makes settings of it.</summary>
internal static class SubscriptionRules
{
    private static readonly SubscriptionSettings Usual = new(
        "", FeedFilter.Everything, MessageFormat.Structured, Ordering.Strict, [], null, 8, new Batch(100, 1000), 15, OnExhausted.Park);

    /// <exception cref="Refused">The request breaks a rule.</exception>
    public static Task<SubscriptionSettings> SettingsAsync(HttpContext http, NewSubscription request) =>
        WithAsync(http, Usual with
        {
            TimeoutSeconds = (int)http.RequestServices.GetRequiredService<WebhookOptions>().Timeout.TotalSeconds,
            Signature = request.Signature ?? Usual.Signature,
        }, request, request.Url);

    /// <exception cref="Refused">The request breaks a rule.</exception>
    public static async Task<SubscriptionSettings> WithAsync(HttpContext http, SubscriptionSettings settings, ChangeSubscription changes)
    {
        var changed = await WithAsync(http, settings, changes, changes.Url ?? settings.Url);
        // What was entrusted for one host is no other's to read.
        return changes.Headers is null && changed.Host != settings.Host ? changed with { Headers = [] } : changed;
    }

    private static async Task<SubscriptionSettings> WithAsync(HttpContext http, SubscriptionSettings settings, SubscriptionRequest request, string url)
    {
        if (!WebhookUrl.Check(url, http.RequestServices.GetRequiredService<WebhookOptions>(), out _, out var violation))
            throw new Refused([violation]);
        return settings with
        {
            Url = url,
            Filter = request.Filter is { } filter ? await FilterAsync(http, filter) : settings.Filter,
            Format = request.Format ?? settings.Format,
            Ordering = request.Ordering ?? settings.Ordering,
            Headers = request.Headers is { } headers ? Sealed(headers, http.RequestServices.GetRequiredService<SecretVault>()) : settings.Headers,
            RateLimit = request.RateLimit ?? settings.RateLimit,
            MaxInFlight = request.MaxInFlight ?? settings.MaxInFlight,
            Batch = request.Batch ?? settings.Batch,
            TimeoutSeconds = request.TimeoutSeconds ?? settings.TimeoutSeconds,
            OnExhausted = request.OnExhausted ?? settings.OnExhausted,
        };
    }

    private static async Task<FeedFilter> FilterAsync(HttpContext http, JsonElement filter)
    {
        try
        {
            return await FeedFilter.OfAsync(http, filter);
        }
        catch (Refused refused) when (refused.Violations is [{ Field: not "filter" }, ..])
        {
            throw new Refused([.. refused.Violations.Select(broken => broken with { Field = $"filter.{broken.Field}" })]);
        }
    }

    private static SealedHeader[] Sealed(IReadOnlyList<HeaderField> headers, SecretVault vault)
    {
        foreach (var (i, header) in headers.Index())
            if (!IsAllowed(header.Name))
                throw new Refused([new Violation(Codes.HeaderNotAllowed, $"headers[{i}].name", $"The header '{Echo.Of(header.Name)}' is not sent.", ["Authorization", "X-…, of letters, digits and hyphens"])]);
            else if (header.Value.Any(character => character is < ' ' or > '~'))
                throw new Refused([new Violation(Codes.HeaderNotAllowed, $"headers[{i}].value", "The value holds other characters than those of printable ASCII.", ["printable ASCII"])]);
            else if (headers.Take(i).Any(other => other.Name.Equals(header.Name, StringComparison.OrdinalIgnoreCase)))
                throw new Refused([new Violation(Codes.DuplicateField, $"headers[{i}].name", $"The header '{Echo.Of(header.Name)}' is given more than once.")]);
        return [.. headers.Select(header => new SealedHeader(header.Name, vault.ProtectText(header.Value)))];
    }

    private static bool IsAllowed(string name) =>
        name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
        || (name.Length is > 2 and <= 100 && name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '-'));
}
