namespace PolicyTracker.Reliance;

/// <summary>One code that subjects support: the value on the indicator's scale, the flag, and what stands behind it.</summary>
internal sealed record Code(int Value, bool General, Confidence Confidence, DateOnly Newest);

/// <summary>From subjects to codes: where the codebook counts across subjects, and what tier C alone may say.</summary>
internal static class Coding
{
    private const int ManyServices = 3;
    private const int ManyPublishers = 2;
    private const int ManyProviders = 3;

    /// <summary>The codes that the subjects of one indicator support when each of them is read in one way.</summary>
    public static List<Code> Codes(IndicatorDefinition indicator, IReadOnlyCollection<TallyGroup> groups, Func<SubjectState, Reading?> read)
    {
        var subjects = groups.Select(group => new Subject(read(group.Latest)!, group)).Where(subject => subject.Reading is not null).ToList();
        var counts = new Counts(
            Distinct(subjects, ClaimKind.BasketService), Distinct(subjects, ClaimKind.Commonplace), Distinct(subjects, ClaimKind.Withholding),
            subjects.Where(subject => subject.Reading.Kind == ClaimKind.NamedApproval).Sum(subject => subject.Group.Count));
        var codes = subjects.Select(subject => CodeOf(indicator, subject, counts)).OfType<Code>();
        return [.. codes, .. Gate(subjects)];
    }

    private static Code? CodeOf(IndicatorDefinition indicator, Subject subject, Counts counts) => subject.Reading switch
    {
        { Kind: ClaimKind.Code or ClaimKind.Proposal or ClaimKind.Derivation } plain => subject.Code(indicator.CodeOf(plain.Kind, plain.Value), plain.General),
        { Kind: ClaimKind.BasketService } => subject.Code(counts.Services >= ManyServices ? 3 : 2, true),
        { Kind: ClaimKind.Commonplace } access => subject.Code(counts.Publishers >= ManyPublishers ? 2 : 1, access.General),
        { Kind: ClaimKind.Withholding } => subject.Code(3, counts.Providers >= ManyProviders),
        { Kind: ClaimKind.ApprovalCount } counted => subject.Code(ApprovalLevel(counted.Value), true),
        { Kind: ClaimKind.NamedApproval } => subject.Code(ApprovalLevel(counts.NamedApprovals), true),
        _ => null,
    };

    /// <summary>X4: the code of an approval regime, once anything is known of foreign approvals.</summary>
    private static IEnumerable<Code> Gate(List<Subject> subjects)
    {
        var regimes = subjects.Where(subject => subject.Reading.Kind == ClaimKind.ApprovalRegime).ToList();
        var foreign = subjects.Where(subject => subject.Reading.Kind == ClaimKind.ForeignApprovals)
            .GroupBy(subject => subject.Reading.Value > 0).MaxBy(approvals => approvals.Key);
        if (regimes.Count == 0 || foreign is null)
            return [];
        return
            from regime in regimes
            from approvals in foreign
            let one = regime.Code(foreign.Key ? 1 : 2, true)
            let other = approvals.Code(one.Value, true)
            select new Code(Math.Min(one.Value, other.Value), true, Min(one.Confidence, other.Confidence), Max(one.Newest, other.Newest));
    }

    private static int ApprovalLevel(int models) => models switch { >= 40 => 3, >= 10 => 2, >= 1 => 1, _ => 0 };

    private static int Distinct(List<Subject> subjects, ClaimKind kind) =>
        subjects.Where(subject => subject.Reading.Kind == kind).Select(subject => subject.Reading.Counted).Distinct().Count();

    private static Confidence Min(Confidence one, Confidence other) => one < other ? one : other;

    private static DateOnly Max(DateOnly one, DateOnly other) => one > other ? one : other;

    private sealed record Counts(int Services, int Publishers, int Providers, int NamedApprovals);

    private sealed record Subject(Reading Reading, TallyGroup Group)
    {
        public Code Code(int value, bool general) =>
            new(Group.Latest.Firm ? value : Math.Min(value, 1), general, Group.Latest.Confidence, Group.Latest.Newest);
    }
}
