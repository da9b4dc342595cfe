using System.Globalization;
using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Reliance;

/// <summary>Which fact and which measure claims what: section 2 of the method.</summary>
public static partial class Codebook
{
    private const string HandCoded = "indicator";

    /// <summary>What one fact claims; nothing for the types that the codebook does not list.</summary>
    /// <param name="homeOf">The home country of a provider, by its registry id (its normalised name when the fact carries none), or null when unknown.</param>
    public static IReadOnlyList<Claim> Claims(string factId, Fact fact, Func<string, string?> homeOf, FactStanding standing)
    {
        var says = new FactClaims(factId, fact, homeOf, standing);
        return fact switch
        {
            ServiceOffered offered => Offered(says, offered),
            ServiceWithheld withheld => Withheld(says, withheld),
            AccountSuspended account => [says.Code(X3, says.Home(account.Provider), Account(says, account.Provider, account.Holder), 2, general: false)],
            AccountReinstated account => [says.That(ClaimKind.End, X3, says.Home(account.Provider), Account(says, account.Provider, account.Holder))],
            UnofficialAccessReported access => [UnofficialAccess(says, access)],
            DerivationReported built => [Derivation(says, ClaimKind.Derivation, built.Model, built.BaseModel, built.BaseProvider)],
            DerivationDenied denied => [Derivation(says, ClaimKind.Denial, denied.Model, denied.BaseModel, denied.BaseProvider)],
            RelianceAssessed { BaseModel: not null } assessed => [Assessment(says, assessed)],
            IntegrationReported use => [Use(says, R4, use.Provider, use.Extent, use.Route)],
            ComputeAccessReported use => [Use(says, R5, use.Provider, use.Extent, use.Route)],
            EntityListed listed => [says.Code(X2, listed.Issuer, Subject("listing", listed.List, listed.Entity), 3, general: false)],
            EntityDelisted listed => [says.That(ClaimKind.End, X2, listed.Issuer, Subject("listing", listed.List, listed.Entity))],
            GovernmentUseRestricted use => [says.Code(X4, says.Home(use.Provider), ProviderAlone(says, use.Provider), 1, general: false)],
            ApprovalsCounted counted => Counted(says, counted),
            ModelApproved approved => [Approval(says, approved.Provider, approved.Model, ended: false)],
            ApprovalRevoked revoked => [Approval(says, revoked.Provider, revoked.Model, ended: true)],
            NoEvidenceFound none => [says.Code(none.Indicator, none.Supplier ?? Claim.EveryPair, HandCoded, 0, general: true)],
            IndicatorCoded coded => [says.Code(coded.Indicator, coded.Supplier, HandCoded, coded.Value, coded.Flag == 1)],
            _ => [],
        };
    }

    /// <summary>A name as far as it identifies: without case and surplus space.</summary>
    public static string Normalised(string name) =>
        string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLower(CultureInfo.InvariantCulture);

    private static List<Claim> Offered(FactClaims says, ServiceOffered offered)
    {
        var supplier = says.Home(offered.Provider);
        var service = says.Technology("service", offered.Service);
        var open = offered is { Audience: Audience.Public, Route: ServiceRoute.Direct };
        // Claims serve every version of the method: all of them have the baskets of the first.
        var inBasket = Methods.First.InBasket(supplier, service) || Methods.First.InBasket(supplier, offered.Service);
        var subject = Service(says, offered.Provider, service);
        var offer = says.That(ClaimKind.Code, R1, supplier, OnRoute(subject, offered.Route)) with { Value = open ? 2 : 1, General = true };
        return
        [
            open && inBasket ? offer with { Kind = ClaimKind.BasketService, Counted = service } : offer,
            says.That(ClaimKind.EndOfEarlier, X3, supplier, subject),
        ];
    }

    private static List<Claim> Withheld(FactClaims says, ServiceWithheld withheld)
    {
        var supplier = says.Home(withheld.Provider);
        var subject = Service(says, withheld.Provider, says.Technology("service", withheld.Service));
        return
        [
            says.Code(R1, supplier, OnRoute(subject, ServiceRoute.Direct), 0, general: true),
            says.That(ClaimKind.EndOfEarlier, R1, supplier, OnRoute(subject, ServiceRoute.Partner)),
            says.That(ClaimKind.Withholding, X3, supplier, subject) with { Value = 3, Counted = says.Provider(withheld.Provider) },
        ];
    }

    private static Claim UnofficialAccess(FactClaims says, UnofficialAccessReported access)
    {
        var publisher = Normalised(access.Source.Publisher);
        var claim = says.Code(R2, says.Home(access.Provider), Subject("access", says.Provider(access.Provider), publisher), 1, general: false);
        return access.Prevalence == Prevalence.Commonplace ? claim with { Kind = ClaimKind.Commonplace, Counted = publisher } : claim;
    }

    private static Claim Derivation(FactClaims says, ClaimKind kind, string model, string baseModel, string baseProvider)
    {
        var subject = Subject("derivation", says.Technology("model", model), says.Technology("baseModel", baseModel));
        var claim = says.That(kind, R3, says.Home(baseProvider, "baseProvider"), subject);
        return kind == ClaimKind.Derivation ? claim with { Value = 1, General = true } : claim;
    }

    private static Claim Assessment(FactClaims says, RelianceAssessed assessed)
    {
        var subject = Subject("assessment", assessed.Assessor, says.Technology("baseModel", assessed.BaseModel!));
        return says.Code(R3, says.Home(assessed.BaseProvider, "baseProvider"), subject, (int)assessed.Extent, general: true);
    }

    private static Claim Use(FactClaims says, Indicator indicator, string provider, Extent extent, AccessRoute route) =>
        says.Code(indicator, says.Home(provider), ProviderAlone(says, provider), (int)extent, route == AccessRoute.Official);

    private static List<Claim> Counted(FactClaims says, ApprovalsCounted counted)
    {
        var subject = Subject("count", counted.Authority ?? "");
        var domestic = says.That(ClaimKind.ApprovalCount, S1, Claim.EveryPair, subject) with { Value = counted.Domestic.AtLeast, General = true };
        var foreign = says.That(ClaimKind.ForeignApprovals, X4, Claim.EveryPair, subject) with { General = true };
        return counted.Foreign switch
        {
            { AtLeast: > 0 } => [domestic, foreign with { Value = 1 }],
            { AtMost: 0 } => [domestic, foreign],
            _ => [domestic],
        };
    }

    private static Claim Approval(FactClaims says, string provider, string model, bool ended)
    {
        var home = says.Home(provider);
        var subject = Subject("approval", says.Provider(provider), says.Technology("model", model));
        var foreign = home != says.Country && home != Claim.Unattributed;
        var supplier = home == Claim.Unattributed ? home : Claim.EveryPair;
        var kind = foreign ? ClaimKind.ForeignApprovals : ClaimKind.NamedApproval;
        return ended
            ? says.That(ClaimKind.End, foreign ? X4 : S1, supplier, subject)
            : says.That(kind, foreign ? X4 : S1, supplier, subject) with { Value = 1, General = true };
    }

    private static string ProviderAlone(FactClaims says, string provider) => Subject("provider", says.Provider(provider));

    private static string Service(FactClaims says, string provider, string service) => Subject("service", says.Provider(provider), service);

    private static string OnRoute(string service, ServiceRoute route) => Subject(service, route == ServiceRoute.Direct ? "direct" : "partner");

    private static string Account(FactClaims says, string provider, string holder) => Subject("account", says.Provider(provider), holder);

    private static string Subject(params ReadOnlySpan<string> parts) => Normalised(string.Join(" > ", parts!));
}
