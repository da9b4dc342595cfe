using Microsoft.AspNetCore.DataProtection;

namespace PolicyTracker.Webhooks;

/// <summary>Turns secrets into what may lie in the database. The keys lie elsewhere: a stolen database tells no secret.</summary>
internal sealed class SecretVault(IDataProtectionProvider keys)
{
    private readonly IDataProtector _protector = keys.CreateProtector("PolicyTracker.Webhooks.Secret");

    /// <summary>Makes what signs from now on, as it is kept.</summary>
    public SealedSecret Make(SignatureScheme scheme, DateTimeOffset now)
    {
        var key = SigningKey.Make(scheme);
        return new SealedSecret(Protect(key), now, null, key.PublicKey);
    }

    public string Protect(SigningKey key) => ProtectText(key.Reveal());

    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that protected it are gone.</exception>
    public SigningKey Unprotect(string kept) => SigningKey.Of(UnprotectText(kept));

    /// <summary>The same for what a subscriber has us send along, such as the value of <c>Authorization</c>.</summary>
    public string ProtectText(string text) => _protector.Protect(text);

    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that protected it are gone.</exception>
    public string UnprotectText(string kept) => _protector.Unprotect(kept);
}
