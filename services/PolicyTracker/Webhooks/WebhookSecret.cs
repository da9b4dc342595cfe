using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace PolicyTracker.Webhooks;

/// <summary>A secret that sender and receiver share: <c>whsec_</c> and the key in base64. It signs with HMAC-SHA256.</summary>
internal sealed record WebhookSecret : SigningKey
{
    private const string Prefix = "whsec_", Version = "v1";
    private const int Fewest = 24, Most = 64, Made = 32;

    private WebhookSecret(byte[] key) : base(Prefix, Version, key)
    {
    }

    public static WebhookSecret Generate() => new(RandomNumberGenerator.GetBytes(Made));

    /// <exception cref="Refused">The text is no secret of 24 to 64 bytes.</exception>
    public static WebhookSecret Parse(string text, string field = "secret") => TryParse(text, out var secret)
        ? secret
        : throw new Refused([new Violation(Codes.SecretNotValid, field, "This is no secret of a webhook.", [$"{Prefix} and {Fewest} to {Most} bytes in base64"])]);

    public static bool TryParse(string text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = BytesOf(Prefix, text) is { Length: >= Fewest and <= Most } key ? new WebhookSecret(key) : null;
        return secret is not null;
    }

    public override string? PublicKey => null;

    private protected override byte[] SignatureOf(ReadOnlySpan<byte> content) => HMACSHA256.HashData(Bytes(), content);
}
