namespace PolicyTracker.Reliance;

/// <summary>What a fact or a measure says about one indicator of one country.</summary>
public sealed record Claim
{
    /// <summary>Stands in <see cref="Supplier"/> for a claim that holds for every open pair of the dependent country.</summary>
    public const string EveryPair = "*";

    /// <summary>Stands in <see cref="Supplier"/> when the named provider's home is unknown: the claim enters no conclusion and is listed as unattributed.</summary>
    public const string Unattributed = "?";

    /// <summary>The fact's or the measure's id.</summary>
    public required string Origin { get; init; }
    public required string Dependent { get; init; }
    /// <summary>A country, <see cref="EveryPair"/> or <see cref="Unattributed"/>. The dependent itself for a domestic provider: listed, never concluded on.</summary>
    public required string Supplier { get; init; }
    public required Indicator Indicator { get; init; }
    /// <summary>What the claim is about, within its indicator: claims of one subject replace or contradict each other.</summary>
    public required string Subject { get; init; }
    public required ClaimKind Kind { get; init; }
    /// <summary>The code from 0 to the top of the scale of <c>reliance/1.0.0</c>, or what <see cref="Kind"/> says it is.</summary>
    public required int Value { get; init; }
    /// <summary>The flag: true for general, false for targeted or limited.</summary>
    public required bool General { get; init; }
    /// <summary>What is counted across subjects where the codebook counts: a service, a publisher, a provider.</summary>
    public string? Counted { get; init; }
    /// <summary>The first day on which the claim counts.</summary>
    public required DateOnly Effective { get; init; }
    public required Tier Tier { get; init; }
    public required bool Reviewed { get; init; }
    public required string Publisher { get; init; }
    public required bool Disputed { get; init; }
    /// <summary>The days on which the fact was reaffirmed.</summary>
    public IReadOnlyList<DateOnly> ConfirmedOn { get; init; } = [];
}

/// <summary>How a claim enters its indicator.</summary>
public enum ClaimKind
{
    /// <summary>A code of its own.</summary>
    Code,
    /// <summary>X1: a control is proposed, code 1 like a planned one unless a version of the method tells them apart.</summary>
    Proposal,
    /// <summary>R1: a basket service offered to the public directly, code 2; three such make 3.</summary>
    BasketService,
    /// <summary>R2: code 1, called commonplace by its publisher; two such publishers make 2.</summary>
    Commonplace,
    /// <summary>X3: a provider withholds a service, code 3; three such providers make it general.</summary>
    Withholding,
    /// <summary>S1: at least so many domestic models are approved; the value is the number.</summary>
    ApprovalCount,
    /// <summary>S1: one named domestic model is approved.</summary>
    NamedApproval,
    /// <summary>X4: an approval regime is in force; its code follows from the foreign approvals.</summary>
    ApprovalRegime,
    /// <summary>X4: foreign approvals, 0 for none at most and 1 for any.</summary>
    ForeignApprovals,
    /// <summary>R3: one model is built on another, code 1. It does not change over time: all that is said about the two is of one period.</summary>
    Derivation,
    /// <summary>Makes no code; ends the subject's claims of the same or an earlier day, which it presupposes.</summary>
    End,
    /// <summary>Makes no code; ends the subject's claims of an earlier day.</summary>
    EndOfEarlier,
    /// <summary>Makes no code; contests the subject's standing claim.</summary>
    Denial,
}
