using Microsoft.AspNetCore.DataProtection;

namespace PolicyTracker.Webhooks;

/// <summary>Turns secrets into what may lie in the database. The keys lie elsewhere: a stolen database tells no secret.</summary>
internal sealed class SecretVault(IDataProtectionProvider keys)
{
    private readonly IDataProtector _protector = keys.CreateProtector("PolicyTracker.Webhooks.Secret");

    public string Protect(WebhookSecret secret) => ProtectText(secret.Reveal());

    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that protected it are gone.</exception>
    public WebhookSecret Unprotect(string kept) => WebhookSecret.Parse(UnprotectText(kept));

    /// <summary>The same for what a subscriber has us send along, such as the value of <c>Authorization</c>.</summary>
    public string ProtectText(string text) => _protector.Protect(text);

    /// <exception cref="System.Security.Cryptography.CryptographicException">The keys that protected it are gone.</exception>
    public string UnprotectText(string kept) => _protector.Unprotect(kept);
}
