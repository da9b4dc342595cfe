using System.Globalization;
using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Measures;
using PolicyTracker.Reliance;

namespace PolicyTracker.Tests.Reliance;

/// <summary>The founding case by the numbers of its rows: what they claim, without a database.</summary>
internal static class Seed
{
    public static readonly DateOnly Day = Date("2024-05-09");

    /// <summary>The claims of every row but the ones left out.</summary>
    public static IReadOnlyList<Claim> Without(params int[] rows) =>
    [
        .. Facts.Where(fact => !rows.Contains(fact.Key)).SelectMany(fact => Codebook.Claims($"{fact.Key}", fact.Value, HomeOf, FactStanding.AsRecorded)),
        .. Measures.Where(measure => !rows.Contains(measure.Key)).SelectMany(measure => Codebook.Claims($"{measure.Key}", [measure.Value])),
    ];

    public static IReadOnlyList<Claim> Claims => Without();

    /// <summary>The claims of these fact rows only.</summary>
    public static IEnumerable<Claim> Rows(params int[] rows) => rows.SelectMany(row => ClaimsOf(Facts[row]));

    public static IReadOnlyList<Claim> ClaimsOf(Fact fact) => Codebook.Claims("fact", fact, HomeOf, FactStanding.AsRecorded);

    public static PairConclusion OnUnitedStates(string dependent, IEnumerable<Claim> claims, DateOnly asOf) =>
        Conclusions.ConcludeAll(Methods.First, dependent, claims, asOf).Single(pair => pair.Supplier == "US").Rounded();

    public static string? HomeOf(string provider) => provider switch
    {
        "openai" or "microsoft" or "meta" or "google" or "anthropic" => "US",
        "01.ai" or "baidu" or "huawei" or "iflytek" => "CN",
        "mistral" => "FR",
        _ => null,
    };

    public static DateOnly Date(string iso) => DateOnly.ParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    // Each date is given by its effective day: how a day follows from an EDTF date is specified elsewhere.
    public static WorldDate On(string iso) => WorldDate.TryParse(iso, out var date) ? date : throw new ArgumentException(iso, nameof(iso));

    public static Source From(string publisher) => new() { Publisher = publisher, Title = "How dependent is China on US artificial intelligence technology?" };

    public static readonly DerivationDenied Denial = new()
    {
        Country = "CN",
        Occurred = On("2023-11-30"),
        Source = From("01.AI"),
        Tier = Tier.C,
        Model = "Yi-34B",
        BaseModel = "Llama",
        Developer = "01.AI",
        BaseProvider = "Meta",
    };

    private static readonly Source Reuters = From("Reuters");
    private static readonly WorldDate Article = On("2024-05-09");

    private static readonly Dictionary<int, Fact> Facts = new()
    {
        [4] = Withheld("CN", "ChatGPT"),
        [5] = Withheld("CN", "DALL-E"),
        [6] = new UnofficialAccessReported
        {
            Country = "CN",
            Occurred = Article,
            Source = Reuters,
            Tier = Tier.B,
            Provider = "OpenAI",
            Means = [AccessMeans.Vpn, AccessMeans.Proxy],
            Prevalence = Prevalence.Reported,
        },
        [7] = new IntegrationReported
        {
            Country = "CN",
            Occurred = Article,
            Source = Reuters,
            Tier = Tier.B,
            Provider = "OpenAI",
            Extent = Extent.Several,
            Route = AccessRoute.Unofficial,
        },
        [8] = new BenchmarkingReported { Country = "CN", Occurred = Article, Source = Reuters, Tier = Tier.B, Provider = "OpenAI", Frequency = "frequent" },
        [9] = new AccountSuspended { Country = "CN", Occurred = On("2023-12-31"), Source = Reuters, Tier = Tier.B, Provider = "OpenAI", Holder = "ByteDance" },
        [10] = Withheld("HK", "ChatGPT"),
        [11] = new ServiceOffered
        {
            Country = "HK",
            Occurred = Article,
            Source = Reuters,
            Tier = Tier.B,
            Provider = "Microsoft",
            Service = "Copilot",
            Audience = Audience.Public,
            Route = ServiceRoute.Direct,
            BuiltOn = "OpenAI",
        },
        [12] = new ServiceOffered
        {
            Country = "HK",
            Occurred = Article,
            Source = Reuters,
            Tier = Tier.B,
            Provider = "OpenAI",
            Service = "models",
            Audience = Audience.Business,
            Route = ServiceRoute.Partner,
            Via = "Microsoft",
        },
        [13] = Assessed("Reuters", Extent.Several, "2024-05-09", "Llama", "Meta"),
        [14] = Assessed("Beijing Academy of Artificial Intelligence", Extent.Most, "2024-03-31", "Llama", "Meta"),
        [15] = Assessed("Beijing Academy of Artificial Intelligence", Extent.Most, "2024-03-31", null, null),
        [16] = new DerivationReported
        {
            Country = "CN",
            Occurred = On("2023-11-30"),
            Source = Reuters,
            Tier = Tier.B,
            Model = "Yi-34B",
            BaseModel = "Llama",
            Developer = "01.AI",
            BaseProvider = "Meta",
            Relation = DerivationRelation.Architecture,
        },
        [17] = Independent("Baidu"),
        [18] = Independent("Huawei"),
        [19] = Independent("iFlytek"),
        [20] = new CapabilityClaimed
        {
            Country = "CN",
            Occurred = Article,
            Source = Reuters,
            Tier = Tier.C,
            Attribution = "some of Baidu, Huawei, iFlytek",
            Comparator = "GPT-4",
        },
        [22] = Stated("China Daily", Stance.Hostile, "2024-02-29"),
        [24] = new ApprovalsCounted
        {
            Country = "CN",
            Occurred = On("2024-01-31"),
            Source = Reuters,
            Tier = Tier.B,
            Domestic = new CountBound { AtLeast = 41 },
            Foreign = new CountBound { AtLeast = 0, AtMost = 0 },
        },
        [25] = new GovernmentUseRestricted
        {
            Country = "HK",
            Occurred = On("2024-04-30"),
            Source = Reuters,
            Tier = Tier.B,
            Authority = "a senior official",
            Provider = "OpenAI",
            Service = "ChatGPT",
            Extent = UseRestrictionExtent.NoPlan,
        },
        [26] = Stated("Wang Zhigang", Stance.Admiring, "2024-03-31"),
    };

    private static readonly Dictionary<int, MeasureState> Measures = new()
    {
        [1] = Standing("2024-05-09", Stage.Planned, new MeasureDefinition
        {
            Kind = MeasureKind.ExportControl,
            Issuer = "US",
            Title = "Guardrails on closed models",
            Targets = ["CN", "RU"],
            Scope = new Scope { Layers = [Layer.HostedClosedModels, Layer.ClosedWeights], Excludes = [Layer.OpenWeights] },
        }),
        [3] = Standing("2023-12-31", Stage.InForce, new MeasureDefinition { Kind = MeasureKind.Guidance, Issuer = "CN", Title = "Avoid foreign technology" }),
        [21] = Standing("2024-05-09", Stage.InForce, new MeasureDefinition
        {
            Kind = MeasureKind.SelfRelianceDirective,
            Issuer = "CN",
            Title = "Technological self-sufficiency",
            Strength = Strength.Directive,
        }),
        [23] = Standing("2024-01-31", Stage.InForce, new MeasureDefinition { Kind = MeasureKind.ApprovalRegime, Issuer = "CN", Title = "Approval before release" }),
    };

    public static MeasureState Standing(string from, Stage stage, MeasureDefinition definition) =>
        new(Date(from), stage, definition, Entry: 1, Tier.B, Reviewed: false, "Reuters");

    private static ServiceWithheld Withheld(string country, string service) =>
        new() { Country = country, Occurred = Article, Source = Reuters, Tier = Tier.B, Provider = "OpenAI", Service = service };

    private static RelianceAssessed Assessed(string assessor, Extent extent, string day, string? baseModel, string? baseProvider) => new()
    {
        Country = "CN",
        Occurred = On(day),
        Source = Reuters,
        Tier = Tier.B,
        Assessor = assessor,
        BaseModel = baseModel,
        BaseProvider = baseProvider,
        Extent = extent,
        Statement = "As reported.",
    };

    private static IndependenceClaimed Independent(string provider) =>
        new() { Country = "CN", Occurred = Article, Source = Reuters, Tier = Tier.C, Provider = provider };

    private static StanceStated Stated(string speaker, Stance stance, string day) =>
        new() { Country = "CN", Occurred = On(day), Source = Reuters, Tier = Tier.B, Speaker = speaker, Toward = "OpenAI", Stance = stance, Summary = "As reported." };
}
