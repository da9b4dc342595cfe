using Microsoft.AspNetCore.DataProtection;

namespace PolicyTracker.Webhooks;

/// <summary>Turns secrets into what may lie in the database. The keys lie elsewhere: a stolen database tells no secret.</summary>
internal sealed class SecretVault(IDataProtectionProvider keys)
{
    private readonly IDataProtector _protector = keys.CreateProtector("PolicyTracker.Webhooks.Secret");

    public string Protect(WebhookSecret secret) => _protector.Protect(secret.Reveal());

    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that protected it are gone.</exception>
    public WebhookSecret Unprotect(string kept) => WebhookSecret.Parse(_protector.Unprotect(kept));
}
