using PolicyTracker.Facts;

namespace PolicyTracker.Reliance;

/// <summary>Writes the claims of one fact: what every one of them takes from it.</summary>
internal sealed class FactClaims(string factId, Fact fact, Func<string, string?> homeOf, FactStanding standing)
{
    public string Country => fact.Country;

    /// <summary>A claim with a code of its own.</summary>
    public Claim Code(Indicator indicator, string supplier, string subject, int value, bool general) =>
        That(ClaimKind.Code, indicator, supplier, subject) with { Value = value, General = general };

    /// <summary>A claim of a kind, its value 0 and limited until said otherwise.</summary>
    public Claim That(ClaimKind kind, Indicator indicator, string supplier, string subject) => new()
    {
        Origin = factId,
        Dependent = fact.Country,
        Supplier = supplier,
        Indicator = indicator,
        Subject = subject,
        Kind = kind,
        Value = 0,
        General = false,
        Effective = fact.EffectiveDay(),
        Tier = fact.Tier,
        Reviewed = fact.Reviewed || standing.Reviewed,
        Publisher = fact.Source.Publisher,
        Disputed = standing.Disputed,
        ConfirmedOn = standing.ConfirmedOn,
    };

    public string Provider(string name) => Technology("provider", name);

    /// <summary>The registry's id of the name in a field, or the normalised name when the fact carries none.</summary>
    public string Technology(string field, string name) => fact.RegistryIds.GetValueOrDefault(field) ?? Codebook.Normalised(name);

    /// <summary>The supplier of a claim: the home of the provider in a field, or <see cref="Claim.Unattributed"/>.</summary>
    public string Home(string? name, string field = "provider")
    {
        var provider = fact.RegistryIds.GetValueOrDefault(field) ?? (name is null ? null : Codebook.Normalised(name));
        return (provider is null ? null : homeOf(provider)) ?? Claim.Unattributed;
    }
}
