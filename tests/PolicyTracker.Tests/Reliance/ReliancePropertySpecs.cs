using CsCheck;
using PolicyTracker.Reliance;
using Xunit;
using static PolicyTracker.Indicator;

namespace PolicyTracker.Tests.Reliance;

/// <summary>What holds for every set of claims.</summary>
public sealed class ReliancePropertySpecs
{
    private static readonly (Indicator Indicator, ClaimKind Kind, string Subject, int Top)[] Sayings =
    [
        (R1, ClaimKind.Code, "service", 2), (R1, ClaimKind.BasketService, "service", 2), (R1, ClaimKind.EndOfEarlier, "service", 0),
        (R2, ClaimKind.Code, "access", 1), (R2, ClaimKind.Commonplace, "access", 1),
        (R3, ClaimKind.Derivation, "derivation", 1), (R3, ClaimKind.Denial, "derivation", 0), (R3, ClaimKind.Code, "assessment", 3),
        (R4, ClaimKind.Code, "provider", 3),
        (X1, ClaimKind.Code, "measure", 3), (X1, ClaimKind.End, "measure", 0),
        (X3, ClaimKind.Withholding, "service", 3), (X3, ClaimKind.EndOfEarlier, "service", 0),
        (X3, ClaimKind.Code, "account", 2), (X3, ClaimKind.End, "account", 0),
        (X4, ClaimKind.ApprovalRegime, "measure", 0), (X4, ClaimKind.End, "measure", 0), (X4, ClaimKind.ForeignApprovals, "count", 1),
        (X4, ClaimKind.ForeignApprovals, "approval", 1), (X4, ClaimKind.End, "approval", 0), (X4, ClaimKind.Code, "provider", 3),
        (S1, ClaimKind.ApprovalCount, "count", 50), (S1, ClaimKind.NamedApproval, "approval", 1), (S1, ClaimKind.End, "approval", 0),
        (S2, ClaimKind.Code, "measure", 3),
    ];

    private static readonly Gen<int[]> Confirmations = Gen.Int[0, 500].Array[0, 2];

    private static readonly Gen<Claim> AnyClaim =
        from saying in Gen.OneOf(Sayings)
        from number in Gen.Int[1, 3]
        from value in Gen.Int[0, saying.Top]
        from day in Gen.Int[0, 6]
        from tier in Gen.Enum<Tier>()
        from marks in Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 5], Gen.Int[1, 3])
        from origin in Gen.Int[1, 8]
        from confirmations in Confirmations
        select Say.That(saying.Indicator, ValueOf(saying.Kind, value), saying.Kind, $"{saying.Subject} {number}").OnDay(day) with
        {
            Origin = $"{origin}",
            Supplier = saying.Indicator is X4 or S1 or S2 ? Claim.EveryPair : "US",
            Counted = saying.Kind is ClaimKind.BasketService or ClaimKind.Commonplace or ClaimKind.Withholding ? $"{number}" : null,
            Tier = tier,
            General = marks.Item1,
            Reviewed = marks.Item2,
            Disputed = marks.Item3 == 0,
            Publisher = $"Publisher {marks.Item4}",
            ConfirmedOn = [.. confirmations.Select(late => Say.Day.AddDays(late))],
        };

    internal static readonly Gen<Claim[]> AnyClaims = AnyClaim.Array[0, 40];

    internal static readonly Gen<DateOnly> AnyDay = Gen.OneOf(Gen.Int[0, 7], Gen.Int[300, 900]).Select(Say.Day.AddDays);

    [Fact]
    public void the_order_of_arrival_never_changes_a_conclusion()
    {
        Gen.Select(AnyClaims.SelectMany(claims => Gen.Shuffle(claims).Select(shuffled => (claims, shuffled))), AnyDay)
            .Sample((arrivals, asOf) => Say.Pair(arrivals.claims, asOf).Equals(Say.Pair(arrivals.shuffled, asOf)), iter: 500);
    }

    [Fact]
    public void a_value_lies_within_its_interval_and_the_interval_within_the_scale()
    {
        Gen.Select(AnyClaims, AnyDay).Sample(
            (claims, asOf) =>
            {
                var pair = Say.Pair(claims, asOf);
                Assert.All(pair.Indicators, indicator => AssertOrdered(0, indicator.Low, indicator.Score ?? indicator.Low, indicator.High, 100));
                Assert.All(Indices(pair), index => AssertOrdered(0, index.Low, index.Value ?? index.Low, index.High, 100));
            }, iter: 500);
    }

    [Fact]
    public void losing_an_indicator_never_narrows_an_interval()
    {
        Gen.Select(AnyClaims, AnyDay, Gen.Enum<Indicator>()).Sample(
            (claims, asOf, lost) =>
            {
                var known = Say.Pair(claims, asOf);
                var unknown = Say.Pair([.. claims.Where(claim => claim.Indicator != lost)], asOf);
                Assert.All(Indices(known).Zip(Indices(unknown)), index => AssertOrdered(index.Second.Low, index.First.Low, index.First.High, index.Second.High));
            }, iter: 500);
    }

    [Fact]
    public void taking_a_fact_out_of_the_tallies_leaves_what_would_be_there_without_it()
    {
        Gen.Select(AnyClaims, AnyDay, Gen.Int[1, 8]).Sample(
            (claims, asOf, retracted) =>
            {
                var view = new TallyView(asOf);
                foreach (var claim in claims)
                    view.Take(claim);
                foreach (var claim in claims.Where(claim => claim.Origin == $"{retracted}"))
                    view.TakeBack(claim);

                var fromScratch = Conclusions.Tallied(claims.Where(claim => claim.Origin != $"{retracted}"), asOf);
                Assert.Equal(
                    fromScratch.Where(tally => !tally.Value.Groups.IsEmpty),
                    view.Tallies.Where(tally => !tally.Value.Groups.IsEmpty));
            }, iter: 500);
    }

    private static int ValueOf(ClaimKind kind, int drawn) => kind switch
    {
        ClaimKind.BasketService => 2,
        ClaimKind.Withholding => 3,
        ClaimKind.Commonplace or ClaimKind.Derivation or ClaimKind.NamedApproval => 1,
        _ => drawn,
    };

    private static IndexConclusion[] Indices(PairConclusion pair) => [pair.Reliance, pair.Restriction, pair.Substitution];

    private static void AssertOrdered(params decimal[] numbers) => Assert.Equal(numbers.Order(), numbers);

    /// <summary>Keeps tallies as a view does: one subject at a time.</summary>
    private sealed class TallyView(DateOnly asOf)
    {
        private readonly Dictionary<(Indicator, string), List<Claim>> _subjects = [];

        public SortedDictionary<Indicator, Tally> Tallies { get; } = [];

        public void Take(Claim claim) => Change(claim, claims => claims.Add(claim));

        public void TakeBack(Claim claim) => Change(claim, claims => claims.Remove(claim));

        private void Change(Claim claim, Action<List<Claim>> change)
        {
            var claims = _subjects.TryGetValue((claim.Indicator, claim.Subject), out var held) ? held : _subjects[(claim.Indicator, claim.Subject)] = [];
            var before = SubjectState.Resolve(claims, asOf);
            change(claims);
            var after = SubjectState.Resolve(claims, asOf);
            var tally = Tallies.GetValueOrDefault(claim.Indicator, Tally.Empty);
            if (before is not null)
                tally = Without(tally, before, claim.Indicator);
            Tallies[claim.Indicator] = after is null ? tally : tally.Add(after);
        }

        private Tally Without(Tally tally, SubjectState before, Indicator indicator)
        {
            var rest = tally.Remove(before, out var newestLost);
            if (!newestLost)
                return rest;
            // The subject that changed may have left the group for good, or have come back to it, which adding its new state then tells.
            var others = _subjects.Where(subject => subject.Key.Item1 == indicator)
                .Select(subject => SubjectState.Resolve(subject.Value, asOf))
                .OfType<SubjectState>().Where(state => state.Group() == before.Group());
            return rest.WithNewest(before.Group(), others.Max(state => state.Newest));
        }
    }
}
