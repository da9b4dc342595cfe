using CsCheck;
using PolicyTracker.Reliance;
using PolicyTracker.Tests.Reliance;
using PolicyTracker.Views;
using Xunit;

namespace PolicyTracker.Tests.Views;

/// <summary>How a subject stands over world time is what its claims come to on each day, each day resolved by itself from all of them.</summary>
public sealed class StandingSpanSpecs
{
    private static readonly Gen<ClaimRow[]> Subject = ReliancePropertySpecs.AnyClaims.Where(claims => claims.Length > 0).Select(claims => claims.GroupBy(KindOf).MaxBy(g => g.Count())!
        .Select((claim, told) => new ClaimRow(claim with { Subject = "one", Counted = claim.Counted is null ? null : "one", General = claim.General || claim.Kind == ClaimKind.ForeignApprovals }, told, 0, true)).ToArray());

    [Fact]
    public void on_every_day_a_span_tells_what_the_claims_tell() => Subject.Sample(rows =>
    {
        var spans = StandingSpan.Around(rows, DateOnly.MinValue);
        Assert.All(Days(rows), day => Assert.Equal(Standing.Of(rows, day), spans.SingleOrDefault(s => s.From <= day && !(s.To <= day))?.Standing));
    }, iter: 5000);

    [Fact]
    public void claims_that_come_and_go_change_no_span_before_their_first_day() => Gen.Select(Subject, Gen.Int[0, 8], Gen.Int[0, 8]).Sample((rows, gone, come) =>
    {
        var (before, after) = (rows[Math.Min(gone, rows.Length)..], rows[..^Math.Min(come, rows.Length)]);
        if (before.Except(after).Concat(after.Except(before)).Select(r => (DateOnly?)r.Claim.Effective).Min() is not { } first)
            return;
        Assert.Equal(Unchanged(before), Unchanged(after));

        IEnumerable<StandingSpan> Unchanged(ClaimRow[] claims) => StandingSpan.Around(claims, DateOnly.MinValue).Except(StandingSpan.Around(claims, first));
    }, iter: 5000);

    [Fact]
    public void a_state_is_read_back_from_its_group() => Subject.Sample(rows => Assert.All(StandingSpan.Around(rows, DateOnly.MinValue).Select(s => s.Standing.State), state =>
        Assert.Equal(state, SubjectState.OfGroup(state.Group(), state.Newest))), iter: 1000);

    [Theory]
    [InlineData("ChatGPT|4.0")]
    [InlineData("智谱 清言 %7C")]
    public void names_leave_a_group_as_they_came(string counted)
    {
        var state = SubjectState.Resolve([Say.That(Indicator.R1, 2, ClaimKind.BasketService) with { Counted = counted }], Say.Day)!;

        Assert.Equal(state, SubjectState.OfGroup(state.Group(), state.Newest));
    }

    private static (Indicator, string) KindOf(Claim claim) => (claim.Indicator, claim.Subject.Split(' ')[0]);

    private static IEnumerable<DateOnly> Days(ClaimRow[] rows) =>
        rows.SelectMany(r => r.Claim.ConfirmedOn.Append(r.Claim.Effective)).SelectMany(day => new[] { day.AddDays(-1), day, day.AddDays(1) }).Distinct();
}
