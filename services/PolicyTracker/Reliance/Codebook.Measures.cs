using PolicyTracker.Measures;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Reliance;

public static partial class Codebook
{
    private static readonly Layer[] ModelLayers = [Layer.HostedClosedModels, Layer.ClosedWeights, Layer.OpenWeights];

    /// <summary>What one measure claims over its life, an end included wherever it stops claiming.</summary>
    /// <param name="life">Its states in order of their first days.</param>
    public static IReadOnlyList<Claim> Claims(string measureId, IReadOnlyList<MeasureState> life)
    {
        var claims = new List<Claim>();
        var standing = new List<Claim>();
        // Of several states that begin on one day only the last one lasts; the others would contradict it.
        foreach (var state in life.GroupBy(state => state.From).Select(day => day.Last()))
        {
            var says = Says(measureId, state);
            claims.AddRange(says);
            claims.AddRange(standing.ExceptBy(says.Select(Slot), Slot).Select(claim => End(claim, state)));
            standing = says;
        }
        return claims;
    }

    private static (string Dependent, string Supplier, Indicator Indicator) Slot(Claim claim) => (claim.Dependent, claim.Supplier, claim.Indicator);

    private static Claim End(Claim claim, MeasureState state) =>
        Claimed(claim.Origin, state, claim.Indicator, claim.Dependent, claim.Supplier, 0, false) with { Kind = ClaimKind.End };

    private static List<Claim> Says(string id, MeasureState state) => state.Definition.Kind switch
    {
        MeasureKind.ExportControl => ExportControl(id, state),
        _ when state.Stage != Stage.InForce => [],
        MeasureKind.ApprovalRegime => [Claimed(id, state, X4, state.Definition.Issuer, Claim.EveryPair, 0, true) with { Kind = ClaimKind.ApprovalRegime }],
        MeasureKind.UseRestriction => Barrier(id, state, 3),
        MeasureKind.Guidance => Barrier(id, state, 1),
        MeasureKind.SelfRelianceDirective when state.Definition.Strength is { } strength =>
            [Claimed(id, state, S2, state.Definition.Issuer, Claim.EveryPair, 1 + (int)strength, true)],
        _ => [],
    };

    private static List<Claim> ExportControl(string id, MeasureState state)
    {
        if (state.Definition.Scope is not { } scope)
            return [];
        var kind = state.Stage == Stage.Proposed ? ClaimKind.Proposal : ClaimKind.Code;
        var claims = new List<Claim>();
        foreach (var target in state.Definition.Targets)
        {
            if (ModelLayers.Any(scope.Covers))
                claims.Add(Claimed(id, state, X1, target, state.Definition.Issuer, Reached(state.Stage), ModelLayers.All(scope.Covers)) with { Kind = kind });
            if (scope.Covers(Layer.Compute) || scope.Covers(Layer.Entities))
                claims.Add(Claimed(id, state, X2, target, state.Definition.Issuer, Reached(state.Stage), scope.Covers(Layer.Compute)));
        }
        return claims;
    }

    private static List<Claim> Barrier(string id, MeasureState state, int value) => state.Definition.Targets is { IsEmpty: false } targets
        ? [.. targets.Select(target => Claimed(id, state, X4, state.Definition.Issuer, target, value, true))]
        : [Claimed(id, state, X4, state.Definition.Issuer, Claim.EveryPair, value, true)];

    private static int Reached(Stage stage) => stage switch
    {
        Stage.Reported or Stage.Planned or Stage.Proposed => 1,
        Stage.Adopted or Stage.Suspended => 2,
        Stage.InForce => 3,
        _ => 0,
    };

    private static Claim Claimed(string id, MeasureState state, Indicator indicator, string dependent, string supplier, int value, bool general) => new()
    {
        Origin = id,
        Dependent = dependent,
        Supplier = supplier,
        Indicator = indicator,
        Subject = Subject("measure", id),
        Kind = ClaimKind.Code,
        Value = value,
        General = general,
        Effective = state.From,
        Tier = state.Tier,
        Reviewed = state.Reviewed,
        Publisher = state.Publisher,
        Disputed = false,
    };
}
