using System.Globalization;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.CountryViews;

/// <summary><c>GET /v1/countries/{code}/timeline</c>: what happened by asOf, and what was done to our record of it, by the day from which it counts, the newest first.</summary>
public static class GetTimeline
{
    public static readonly IReadOnlyList<string> Parameters = ["from", "to", "type", "cause", .. KnownParameters.OfPages];

    public static async Task<IResult> Get(HttpContext http, string code)
    {
        GetCountry.RefuseUnknown("code", code);
        var query = new Parameters(http);
        var (size, cursor, (from, to)) = (query.PageSize(), Cursor.Of(http), query.Days());
        var after = cursor is null ? default : Position.Of(cursor);
        await using var snapshot = await Snapshot.OpenAsync(http, cursor);
        var select = new Conditions($"sequence <= {snapshot.Moment.KnownAt.Sequence}")
            .On("country = ?", code)
            .On("type = ?", query.OneOf("type", WireNames.Under(typeof(object)).Keys, Codes.UnknownType))
            .On("cause = ?", query.OneOf<Cause>("cause") is { } cause ? WireNames.Of(cause) : null)
            .On("effective >= ?", from)
            .On("effective <= ?", to)
            .On("effective <= ?", snapshot.Moment.AsOf)
            .On("(effective, sequence) < (split_part(?, '+', 1)::date, split_part(?, '+', 2)::bigint)", after?.ToString())
            .Command(snapshot, $"""
                select {CountryEvents.LastChangeColumns}, occurred, effective, publisher from {Schema.Policy}.country_event e
                 where {"{conditions}"} order by effective desc, sequence desc limit {size + 1}
                """);
        var rows = await snapshot.ReadAsync(select, row => (
            Change: CountryEvents.ReadLastChange(row), Occurred: CountryEvents.Text(row, 7), Effective: row.GetFieldValue<DateOnly>(8), Publisher: CountryEvents.Text(row, 9)));
        return Results.Json(snapshot.PageOf(http, rows, size, r => new Position(r.Effective, r.Change.Sequence).ToString(), r =>
            new TimelineItem(r.Change.Sequence, r.Change.Type, r.Change.Cause, r.Change.Fact, r.Change.Measure, r.Change.Provider, r.Occurred, r.Effective, r.Publisher, r.Change.Why)), Json.Options);
    }

    /// <summary>Where a page of the timeline ends.</summary>
    private sealed record Position(DateOnly Effective, long Sequence)
    {
        public static Position Of(Cursor cursor) => cursor.After.Split('+') is [var day, var sequence]
            && DateOnly.TryParseExact(day, "O", out var effective) && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                ? new Position(effective, at)
                : throw new Refused([new Violation(Codes.CursorInvalid, "next", "This cursor continues no page of this list.")]);

        public override string ToString() => $"{Effective:O}+{Sequence}";
    }
}

/// <summary>One event that the country heard of.</summary>
/// <param name="Occurred">When it happened in the world, in the source's words.</param>
/// <param name="Effective">The day from which it counts.</param>
/// <param name="Why">Why our record was changed, where it was.</param>
public sealed record TimelineItem(
    long Sequence, string Type, Cause Cause, string? Fact, string? Measure, string? Provider, string? Occurred, DateOnly Effective, string? Publisher, string? Why);
