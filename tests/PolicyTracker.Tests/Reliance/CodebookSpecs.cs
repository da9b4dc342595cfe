using System.Collections.Immutable;
using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.Reliance;

/// <summary>Section 2: which fact claims what. Claims are shown as indicator, supplier, kind, value, flag.</summary>
public sealed class CodebookSpecs
{
    private static readonly ServiceOffered Offer = new()
    {
        Country = "HK",
        Occurred = Seed.On("2024-05-09"),
        Source = Seed.From("Reuters"),
        Tier = Tier.B,
        Provider = "OpenAI",
        Service = "ChatGPT",
        Audience = Audience.Public,
        Route = ServiceRoute.Direct,
    };

    private static readonly ServiceWithheld Withheld = new()
    {
        Country = "HK",
        Occurred = Offer.Occurred,
        Source = Offer.Source,
        Tier = Tier.B,
        Provider = "OpenAI",
        Service = "ChatGPT",
    };

    private static readonly ModelApproved Approved = new()
    {
        Country = "CN",
        Occurred = Offer.Occurred,
        Source = Offer.Source,
        Tier = Tier.B,
        Authority = "CAC",
        Provider = "Baidu",
        Model = "Ernie",
    };

    [Fact]
    public void a_public_direct_offer_of_the_basket_is_counted()
    {
        var (offer, end) = Two(Seed.ClaimsOf(Offer));

        Assert.Equal((R1, "US", ClaimKind.BasketService, 2, true, "chatgpt"), (offer.Indicator, offer.Supplier, offer.Kind, offer.Value, offer.General, offer.Counted));
        Assert.Equal((X3, "US", ClaimKind.EndOfEarlier), (end.Indicator, end.Supplier, end.Kind));
    }

    [Theory]
    [InlineData("OpenAI", "Sora", Audience.Public, ServiceRoute.Direct, ClaimKind.Code, 2)]
    [InlineData("OpenAI", "ChatGPT", Audience.Business, ServiceRoute.Direct, ClaimKind.Code, 1)]
    [InlineData("OpenAI", "ChatGPT", Audience.Public, ServiceRoute.Partner, ClaimKind.Code, 1)]
    [InlineData("OpenAI", "dall-e", Audience.Public, ServiceRoute.Direct, ClaimKind.BasketService, 2)]
    [InlineData("Mistral", "Le Chat", Audience.Public, ServiceRoute.Direct, ClaimKind.BasketService, 2)]
    public void an_offer_is_coded_by_audience_route_and_basket(string provider, string service, Audience audience, ServiceRoute route, ClaimKind kind, int value)
    {
        var claim = Seed.ClaimsOf(Offer with { Provider = provider, Service = service, Audience = audience, Route = route })[0];

        Assert.Equal((kind, value), (claim.Kind, claim.Value));
    }

    [Fact]
    public void the_registry_tells_the_basket_and_the_subject_when_it_knows_the_service_by_another_name()
    {
        var ids = new Dictionary<string, string> { ["provider"] = "openai", ["service"] = "openai/chatgpt" }.ToImmutableSortedDictionary();

        var alias = Seed.ClaimsOf(Offer with { Service = "Chat GPT", RegistryIds = ids })[0];
        var named = Seed.ClaimsOf(Offer with { RegistryIds = ids })[0];

        Assert.Equal((ClaimKind.BasketService, "openai/chatgpt"), (alias.Kind, alias.Counted));
        Assert.Equal(named.Subject, alias.Subject);
    }

    [Fact]
    public void withholding_closes_the_service_and_is_the_providers_own_action()
    {
        var claims = Seed.ClaimsOf(Withheld);

        Assert.Equal(
            [(R1, ClaimKind.Code, 0), (R1, ClaimKind.EndOfEarlier, 0), (X3, ClaimKind.Withholding, 3)],
            claims.Select(claim => (claim.Indicator, claim.Kind, claim.Value)));
        Assert.Equal("openai", claims[2].Counted);
        Assert.Equal(Seed.ClaimsOf(Offer)[0].Subject, claims[0].Subject);
        Assert.Equal(Seed.ClaimsOf(Offer with { Route = ServiceRoute.Partner })[0].Subject, claims[1].Subject);
        Assert.Equal(Seed.ClaimsOf(Offer)[1].Subject, claims[2].Subject);
    }

    [Fact]
    public void a_service_offered_again_is_withheld_no_more()
    {
        Claim[] claims = [.. Seed.ClaimsOf(Withheld), .. Seed.ClaimsOf(Offer with { Occurred = Seed.On("2024-06-01") })];

        var pair = Seed.OnUnitedStates("HK", claims, Seed.Date("2024-06-01"));

        Assert.Equal((2, null), (pair.Of(R1).Value, pair.Of(X3).Value));
    }

    [Theory]
    [InlineData(ServiceRoute.Partner, "2024-05-08", 0, false)]
    [InlineData(ServiceRoute.Partner, "2024-05-09", 1, false)]
    [InlineData(ServiceRoute.Direct, "2024-05-08", 0, false)]
    [InlineData(ServiceRoute.Direct, "2024-05-09", 0, true)]
    public void withholding_ends_what_was_offered_before_and_contradicts_only_a_direct_offer_of_its_day(ServiceRoute route, string offered, int value, bool contested)
    {
        Claim[] claims = [.. Seed.ClaimsOf(Offer with { Route = route, Occurred = Seed.On(offered) }), .. Seed.ClaimsOf(Withheld)];

        var hosted = Seed.OnUnitedStates("HK", claims, Seed.Day).Of(R1);

        Assert.Equal((value, contested), (hosted.Value, hosted.Contested));
    }

    [Theory]
    [InlineData("Some startup", Claim.Unattributed)]
    [InlineData("Baidu", "CN")]
    [InlineData("OpenAI", "US")]
    public void a_fact_is_attributed_to_its_providers_home(string provider, string supplier)
    {
        var access = new UnofficialAccessReported
        {
            Country = "CN",
            Occurred = Offer.Occurred,
            Source = Offer.Source,
            Tier = Tier.B,
            Provider = provider,
            Means = [AccessMeans.Vpn],
            Prevalence = Prevalence.Commonplace,
        };

        var claim = Assert.Single(Seed.ClaimsOf(access));

        Assert.Equal((supplier, ClaimKind.Commonplace, "reuters"), (claim.Supplier, claim.Kind, claim.Counted));
    }

    [Theory]
    [InlineData("Baidu", S1, Claim.EveryPair, ClaimKind.NamedApproval)]
    [InlineData("OpenAI", X4, Claim.EveryPair, ClaimKind.ForeignApprovals)]
    [InlineData("Some startup", S1, Claim.Unattributed, ClaimKind.NamedApproval)]
    public void an_approval_substitutes_at_home_and_opens_the_gate_abroad(string provider, Indicator indicator, string supplier, ClaimKind kind)
    {
        var claim = Assert.Single(Seed.ClaimsOf(Approved with { Provider = provider }));

        Assert.Equal((indicator, supplier, kind, 1), (claim.Indicator, claim.Supplier, claim.Kind, claim.Value));
    }

    [Fact]
    public void revoking_ends_the_approval()
    {
        var revoked = new ApprovalRevoked
        {
            Country = "CN",
            Occurred = Offer.Occurred,
            Source = Offer.Source,
            Tier = Tier.B,
            Authority = "CAC",
            Provider = "Baidu",
            Model = "Ernie",
        };

        var (approval, end) = Two([.. Seed.ClaimsOf(Approved), .. Seed.ClaimsOf(revoked)]);

        Assert.Equal((approval.Indicator, approval.Supplier, approval.Subject, ClaimKind.End), (end.Indicator, end.Supplier, end.Subject, end.Kind));
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 3, null)]
    [InlineData(2, null, 1)]
    public void a_count_speaks_of_foreign_approvals_only_when_it_settles_whether_there_are_any(int atLeast, int? atMost, int? known)
    {
        var counted = new ApprovalsCounted
        {
            Country = "CN",
            Occurred = Offer.Occurred,
            Source = Offer.Source,
            Tier = Tier.B,
            Domestic = new CountBound { AtLeast = 41 },
            Foreign = new CountBound { AtLeast = atLeast, AtMost = atMost },
        };

        var claims = Seed.ClaimsOf(counted);

        Assert.Equal(41, claims.Single(claim => claim.Indicator == S1).Value);
        Assert.Equal(known, claims.SingleOrDefault(claim => claim.Indicator == X4)?.Value);
    }

    [Fact]
    public void looking_without_naming_a_supplier_speaks_of_every_pair()
    {
        var none = new NoEvidenceFound
        {
            Country = "HK",
            Occurred = Offer.Occurred,
            Source = Offer.Source,
            Tier = Tier.B,
            Indicator = R2,
            SourcesChecked = ["Reuters"],
        };

        Assert.Equal([Claim.EveryPair, "US"], [Seed.ClaimsOf(none)[0].Supplier, Seed.ClaimsOf(none with { Supplier = "US" })[0].Supplier]);
    }

    [Fact]
    public void a_confirmation_reviews_and_a_dispute_shows()
    {
        var claim = Codebook.Claims("fact", Approved, Seed.HomeOf, new FactStanding(true, true, [Seed.Day]))[0];

        Assert.Equal((true, true, Seed.Day), (claim.Reviewed, claim.Disputed, Assert.Single(claim.ConfirmedOn)));
    }

    [Fact]
    public void what_the_codebook_does_not_list_claims_nothing()
    {
        Assert.Equal([], Seed.Rows(8, 15, 17, 20, 22, 26));
    }

    private static (Claim First, Claim Second) Two(IReadOnlyList<Claim> claims) => claims is [var first, var second] ? (first, second) : throw new ArgumentException("Not two.", nameof(claims));
}
