using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace PolicyTracker.Webhooks;

/// <summary>What signs the messages of one subscription: Standard Webhooks 1.0, <c>whsec_</c> and the key in base64. It shows itself only when asked to.</summary>
internal sealed record WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int Fewest = 24, Most = 64, Made = 32;

    private readonly string _text;

    private WebhookSecret(string text) => _text = text;

    public static WebhookSecret Generate() => new($"{Prefix}{Convert.ToBase64String(RandomNumberGenerator.GetBytes(Made))}");

    /// <exception cref="Refused">The text is no secret of 24 to 64 bytes.</exception>
    public static WebhookSecret Parse(string text, string field = "secret") => TryParse(text, out var secret)
        ? secret
        : throw new Refused([new Violation(Codes.SecretNotValid, field, "This is no secret of a webhook.", [$"{Prefix} and {Fewest} to {Most} bytes in base64"])]);

    public static bool TryParse(string text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        var key = new byte[Most];
        // A key has one text: white space, which .NET passes over, other libraries refuse.
        secret = text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) && length >= Fewest
            && Convert.ToBase64String(key, 0, length) == text[Prefix.Length..] ? new WebhookSecret(text) : null;
        return secret is not null;
    }

    /// <summary>The secret itself, for its owner and for the vault.</summary>
    public string Reveal() => _text;

    internal byte[] Key() => Convert.FromBase64String(_text[Prefix.Length..]);

    public override string ToString() => $"{Prefix}…";
}
