using System.ComponentModel.DataAnnotations;

namespace PolicyTracker.Facts.Types;

/// <summary>How many models were approved, often as a bound.</summary>
[WireName("approvals_counted")]
public sealed record ApprovalsCounted : Fact
{
    [Identifying, MaxLength(200)] public string? Authority { get; init; }
    public required CountBound Domestic { get; init; }
    public required CountBound Foreign { get; init; }
}

/// <summary>What is known of a count: at least so many, and at most so many where the source says it.</summary>
public sealed record CountBound : IHasRules
{
    [Range(0, 1_000_000)] public required int AtLeast { get; init; }
    [Range(0, 1_000_000)] public int? AtMost { get; init; }

    public IEnumerable<Violation> Violations()
    {
        if (AtMost < AtLeast)
            yield return new Violation(Codes.FieldsDisagree, "atMost", $"atMost ({AtMost}) is less than atLeast ({AtLeast}).", [$"at least {AtLeast}"]);
    }
}
