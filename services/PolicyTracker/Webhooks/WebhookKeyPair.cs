using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NSec.Cryptography;

namespace PolicyTracker.Webhooks;

/// <summary>
/// A private key that nobody but the sender holds: <c>whsk_</c> and, in base64, the 32 bytes of the private key (RFC 8032) with the 32 of its public key. It signs with
/// Ed25519; receivers verify with <c>whpk_</c> and the public key.
/// </summary>
internal sealed record WebhookKeyPair : SigningKey
{
    private const string Prefix = "whsk_", PublicPrefix = "whpk_", Version = "v1a";
    private const int Size = 32;

    private WebhookKeyPair(byte[] both) : base(Prefix, Version, both)
    {
    }

    public static WebhookKeyPair Generate()
    {
        var key = RandomNumberGenerator.GetBytes(Size);
        return new WebhookKeyPair([.. key, .. PublicOf(key)]);
    }

    /// <summary>False also where the public key is another's: no receiver could verify what the private key signs.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out WebhookKeyPair? pair)
    {
        pair = BytesOf(Prefix, text) is { Length: 2 * Size } both && PublicOf(both.AsSpan(0, Size)).AsSpan().SequenceEqual(both.AsSpan(Size)) ? new WebhookKeyPair(both) : null;
        return pair is not null;
    }

    public override string PublicKey => TextOf(PublicPrefix, Bytes().AsSpan(Size));

    private protected override byte[] SignatureOf(ReadOnlySpan<byte> content)
    {
        using var key = Import(Bytes().AsSpan(0, Size));
        return SignatureAlgorithm.Ed25519.Sign(key, content);
    }

    private static byte[] PublicOf(ReadOnlySpan<byte> privateKey)
    {
        using var key = Import(privateKey);
        return key.Export(KeyBlobFormat.RawPublicKey);
    }

    private static Key Import(ReadOnlySpan<byte> privateKey) => Key.Import(SignatureAlgorithm.Ed25519, privateKey, KeyBlobFormat.RawPrivateKey);
}
