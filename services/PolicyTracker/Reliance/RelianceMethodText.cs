using System.Collections.Immutable;

namespace PolicyTracker.Reliance;

/// <summary>The method in words, for those who read or check it.</summary>
internal static class RelianceMethodText
{
    public static ImmutableArray<CodebookEntry> Codebook =>
    [
        new("service_offered", "R1: public and direct 2, otherwise 1; three or more basket services public and direct 3. Ends the service's earlier X3 claim."),
        new("service_withheld", "R1: 0; ends the service's earlier partner offers. X3: 3, limited; general from three withholding providers on."),
        new("account_suspended", "X3: 2, limited."),
        new("account_reinstated", "Ends the account's X3 claim."),
        new("unofficial_access_reported", "R2: 1, limited; commonplace by two or more publishers 2."),
        new("derivation_reported", "R3: 1, however many."),
        new("derivation_denied", "No code; contests what is reported of the same model and base."),
        new("reliance_assessed", "R3, when a base model is named: none 0, isolated 1, several 2, most 3."),
        new("integration_reported", "R4: none 0, isolated 1, several 2, most 3; limited when the route is unofficial."),
        new("compute_access_reported", "R5: none 0, isolated 1, several 2, most 3; limited when the route is unofficial."),
        new("entity_listed", "X2: 3, limited."),
        new("entity_delisted", "Ends the entity's X2 claim."),
        new("government_use_restricted", "X4: 1, limited."),
        new("approvals_counted", "S1: the number of domestic approvals at least. X4: whether there is a foreign one."),
        new("model_approved", "S1, a domestic model: one named approval. X4, a foreign model: a foreign approval."),
        new("approval_revoked", "Ends the model's approval."),
        new("no_evidence_found", "0 for the named indicator; for every pair when no supplier is named."),
        new("indicator_coded", "As given, with its rationale."),
        new("export_control", "X1 for model layers, X2 for compute and entities: reported, planned, proposed 1; adopted, suspended 2; in force 3; "
            + "rescinded, expired, abandoned 0. General only when all model layers, or compute, are covered."),
        new("approval_regime", "X4 while in force: 2 when foreign approvals are at most 0, 1 when there is any, nothing when neither is known."),
        new("use_restriction", "X4 while in force: 3, for its targets, or for every pair when it names none."),
        new("guidance", "X4 while in force: 1, for its targets, or for every pair when it names none."),
        new("self_reliance_directive", "S2 while in force: statement 1, directive 2, mandate 3."),
    ];

    public static ImmutableArray<string> Rules =>
    [
        "Sub-score I = 100 * (v - 0.5 * (1 - f)) / N; 0 when v = 0; null when not coded. Missing is never zero.",
        "Index = the mean of the coded sub-scores, published when enough of them are coded.",
        "Interval: low counts every uncoded indicator as 0, high as 100, and a contested subject by its least and its greatest reading. Always published.",
        "A type that the codebook does not list claims nothing.",
        "A claim counts from its effective day on, unless it is retracted or corrected away.",
        "Within a subject the latest effective day wins, tier C never over A or B; derivations are of one period.",
        "A contradiction is settled by the higher tier, then more independent publishers, then the lower value, and the subject is contested.",
        "Across subjects the code is the highest value, and at that value the general flag wins.",
        "With any tier A or B claim on an indicator, tier C enters neither code nor flag; tier C alone codes at most 1.",
        "A provider without a home, or at home in the dependent country, makes no claim that needs a supplier.",
        "Confidence of an indicator: its best winning claim, tier A high, B medium, C or unreviewed low; one step down if contested, one if stale.",
        "Confidence of an index: the lowest of its coded indicators, one step down below the coverage named here. It never enters the value.",
        "Decimal arithmetic, rounded half away from zero to 2 places in answers only.",
    ];
}
