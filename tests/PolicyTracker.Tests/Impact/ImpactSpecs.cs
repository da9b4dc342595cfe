using System.Collections.Immutable;
using CsCheck;
using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Impact;
using PolicyTracker.Measures;
using PolicyTracker.Reliance;
using PolicyTracker.Tests.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.Impact;

/// <summary>What a control cuts, by the method alone: section 4, last paragraph.</summary>
public sealed class ImpactSpecs
{
    private static readonly KnownEntries NoneOpen = new(new HashSet<string>(), new Dictionary<string, string>(), new Dictionary<string, string>());
    private static readonly Side Nothing = new(new([], 0, null), new([], 0, null), new([], 0, null), new([], 0, null));
    private static readonly Layer[] Layers = Enum.GetValues<Layer>();

    private static readonly Gen<Layer[]> SomeLayers = Gen.Bool.Array[Layers.Length].Select(picked => Layers.Where((_, i) => picked[i]).ToArray());

    [Theory]
    [InlineData(Layer.HostedClosedModels, "R1 R2 R4", "42.86")] // (0 + 25 + 50) of 175
    [InlineData(Layer.ClosedWeights, "R1 R2 R4", "42.86")]
    [InlineData(Layer.OpenWeights, "R3", "57.14")] // 100 of 175
    [InlineData(Layer.Compute, "R5", "0")] // not coded: nothing of what is known
    [InlineData(Layer.Entities, "", "0")]
    public void each_layer_reaches_its_channels(Layer layer, string covered, string atRisk)
    {
        var impact = Of([layer]);

        Assert.Equal(covered, string.Join(' ', impact.Channels.Where(c => c.Covered).Select(c => c.Id)));
        Assert.Equal(decimal.Parse(atRisk), impact.AtRisk);
        Assert.Equal([R5], impact.Unknown);
    }

    [Fact]
    public void what_is_excluded_is_not_reached()
    {
        var scope = new Scope { Layers = [Layer.HostedClosedModels, Layer.OpenWeights], Excludes = [Layer.OpenWeights] };
        Assert.Equal(42.86m, ImpactOf.Control(Methods.First, China(), scope, Nothing, Nothing).AtRisk);
    }

    [Fact]
    public void where_nothing_is_coded_there_is_no_share()
    {
        var impact = ImpactOf.Control(Methods.First, Conclusions.Nothing(Methods.First, "RU", "US", Seed.Day), ScopeOf([Layer.OpenWeights]), Nothing, Nothing);
        Assert.Equal((null, "No channel of reliance is coded."), (impact.AtRisk, impact.Reason));
        Assert.Equal([R1, R2, R3, R4, R5], impact.Unknown);
    }

    [Fact]
    public void a_distillation_of_a_closed_model_is_cut_and_one_of_an_open_model_is_left()
    {
        var distilled = new StandingFact("f1", Built(DerivationRelation.Distilled, "Closed One"), R3, Seed.Day);
        var ofOpen = new StandingFact("f2", Built(DerivationRelation.Distilled, "Open One"), R3, Seed.Day);
        var tuned = new StandingFact("f3", Built(DerivationRelation.FineTuned, "Closed One"), R3, Seed.Day);

        var scope = ScopeOf([Layer.HostedClosedModels]);
        var (cut, left) = Sides(scope, [distilled, ofOpen, tuned], NoneOpen with { OpenModels = new HashSet<string> { "open one" } });

        Assert.Equal(["f1"], cut.Facts.Select(f => f.Fact));
        Assert.Equal(["f2", "f3"], left.Facts.Select(f => f.Fact));
        Assert.Equal(ChannelFate.Untouched, ImpactOf.Control(Methods.First, China(), scope, Nothing, Nothing).Channels.Single(c => c.Id == R3).Fate);
    }

    [Fact]
    public void the_layer_of_entities_reaches_what_names_a_listed_one()
    {
        var listing = new StandingFact("f1", new EntityListed { Country = "CN", Occurred = Day, Source = Source, Tier = Tier.A, List = "A list", Entity = "A Lab", Issuer = "US" }, null, Seed.Day);
        var reopened = new StandingFact("f2", new AccountReinstated { Country = "CN", Occurred = Day, Source = Source, Tier = Tier.A, Provider = "OpenAI", Holder = "a lab" }, null, Seed.Day);
        var other = new StandingFact("f3", new AccountReinstated { Country = "CN", Occurred = Day, Source = Source, Tier = Tier.A, Provider = "OpenAI", Holder = "Another" }, null, Seed.Day);

        var (cut, left) = Sides(ScopeOf([Layer.Entities]), [listing, reopened, other], NoneOpen);

        Assert.Equal(["f1", "f2"], cut.Facts.Select(f => f.Fact));
        Assert.Equal(["Another"], left.Accounts.Select(a => a.Holder));
    }

    [Fact]
    public void the_share_is_one_and_more_layers_never_lower_it()
    {
        Gen.Select(SomeLayers, SomeLayers).Sample((some, others) =>
        {
            var (one, more) = (Of(some), Of([.. some, .. others]));
            Assert.InRange(one.AtRisk!.Value, 0, 100);
            Assert.True(more.AtRisk >= one.AtRisk);
            Assert.All(one.Channels, c => Assert.Equal(c.Score is null, c.Fate == ChannelFate.Unknown));
            Assert.InRange(one.AtRisk.Value + Of([.. Layers.Except(Closed(some))]).AtRisk!.Value, 99.99m, 100.01m);
        });

        // Hosted models and closed weights reach the same channels: whoever leaves out one must leave out both.
        static IEnumerable<Layer> Closed(Layer[] layers) =>
            layers.Contains(Layer.HostedClosedModels) || layers.Contains(Layer.ClosedWeights) ? [.. layers, Layer.HostedClosedModels, Layer.ClosedWeights] : layers;
    }

    [Fact]
    public void every_fact_is_either_cut_or_left()
    {
        StandingFact[] facts = [.. Enum.GetValues<DerivationRelation>().Select((relation, i) => new StandingFact($"f{i}", Built(relation, "Base"), R3, Seed.Day))];
        SomeLayers.Sample(layers =>
        {
            var (cut, left) = Sides(ScopeOf(layers), facts, NoneOpen);
            Assert.Equal(facts.Select(f => f.Id), cut.Facts.Concat(left.Facts).Select(f => f.Fact).Order());
        });
    }

    private static WorldDate Day => WorldDate.Parse("2024-01-01");

    private static Source Source => new() { Publisher = "Example Wire", Title = "A report" };

    private static DerivationReported Built(DerivationRelation relation, string baseModel) => new()
    {
        Country = "CN",
        Occurred = Day,
        Source = Source,
        Tier = Tier.B,
        Model = $"A model {relation}",
        BaseModel = baseModel,
        Developer = "A lab of China",
        BaseProvider = "A supplier",
        Relation = relation,
    };

    private static PairConclusion China() => Conclusions.ConcludeAll(Methods.First, "CN", Seed.Claims, Seed.Day).Single(pair => pair.Supplier == "US");

    private static Scope ScopeOf(Layer[] layers) => new() { Layers = [.. layers] };

    private static TargetImpact Of(Layer[] layers) => ImpactOf.Control(Methods.First, China(), ScopeOf(layers), Nothing, Nothing);

    private static (WholeSide Cut, WholeSide Left) Sides(Scope scope, StandingFact[] facts, KnownEntries entries) =>
        (ImpactOf.OnSide(SideOfCut.Cut, scope, facts, entries), ImpactOf.OnSide(SideOfCut.Left, scope, facts, entries));
}
