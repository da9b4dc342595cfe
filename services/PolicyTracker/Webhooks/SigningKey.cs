namespace PolicyTracker.Webhooks;

/// <summary>What signs the messages of one subscription, as Standard Webhooks 1.0 says. It shows itself only when asked to.</summary>
internal abstract record SigningKey
{
    private readonly string _prefix, _version, _text;

    /// <param name="prefix">What tells its kind in its text.</param>
    /// <param name="version">What tells its kind in its signatures.</param>
    private protected SigningKey(string prefix, string version, byte[] bytes) => (_prefix, _version, _text) = (prefix, version, TextOf(prefix, bytes));

    public static SigningKey Make(SignatureScheme scheme) => scheme == SignatureScheme.Ed25519 ? WebhookKeyPair.Generate() : WebhookSecret.Generate();

    /// <exception cref="Refused">The text is no key of any kind.</exception>
    public static SigningKey Of(string text) => WebhookKeyPair.TryParse(text, out var pair) ? pair : WebhookSecret.Parse(text);

    /// <summary>What receivers verify with and cannot sign with; null where they verify with what signs.</summary>
    public abstract string? PublicKey { get; }

    /// <summary>The key itself, for the vault, and for whoever shares it.</summary>
    public string Reveal() => _text;

    /// <summary>The signature as its header has it: its version, a comma, and its bytes in base64.</summary>
    public string Sign(ReadOnlySpan<byte> content) => $"{_version},{Convert.ToBase64String(SignatureOf(content))}";

    public sealed override string ToString() => $"{_prefix}…";

    private protected byte[] Bytes() => BytesOf(_prefix, _text)!;

    private protected abstract byte[] SignatureOf(ReadOnlySpan<byte> content);

    private protected static string TextOf(string prefix, ReadOnlySpan<byte> bytes) => $"{prefix}{Convert.ToBase64String(bytes)}";

    /// <summary>What a text of this kind stands for; null when it is none.</summary>
    private protected static byte[]? BytesOf(string prefix, string text)
    {
        var bytes = new byte[text.Length];
        // A key has one text: white space, which .NET passes over, other libraries refuse.
        return text.StartsWith(prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[prefix.Length..], bytes, out var length)
            && TextOf(prefix, bytes.AsSpan(0, length)) == text ? bytes[..length] : null;
    }
}
