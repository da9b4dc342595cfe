using PolicyTracker.Snapshots;

namespace PolicyTracker.Impact;

/// <summary>
/// <c>GET /v1/measures/{id}/impact/{side}/{list}</c> and <c>POST /v1/impact/{side}/{list}</c>: one list of what stands on a side of the cut in full, in pages, for
/// one target: where its <c>more</c> leads.
/// </summary>
/// <param name="list">The list.</param>
/// <param name="position">What tells its items apart.</param>
internal sealed class GetImpactList<T>(Func<WholeSide, IReadOnlyList<T>> list, Func<T, string> position)
{
    public Task<IResult> OfMeasure(HttpContext http, string id, string side) =>
        AskedControl.OfMeasureAsync(http, id, (control, snapshot) => PageAsync(http, control, snapshot, side));

    public Task<IResult> OfControl(HttpContext http, string side) =>
        AskedControl.OfBodyAsync(http, (control, snapshot) => PageAsync(http, control, snapshot, side));

    /// <exception cref="Refused">There is no such side, or of several targets none is named.</exception>
    private async Task<Page<T>> PageAsync(HttpContext http, AskedControl control, Snapshot snapshot, string named)
    {
        if (!WireNames.TryParse<SideOfCut>(named, out var side))
            throw new Refused([new Violation(Codes.UnknownValue, "side", $"'{Echo.Of(named)}' is no side of a cut.", WireNames.Values(typeof(SideOfCut)))]);
        if (control.Targets is not [var target])
            throw new Refused([new Violation(Codes.MissingField, "target", "A list is of one target: name it.", control.Targets)]);
        var size = new Parameters(http).PageSize();
        var rows = list((await Sides.ReadAsync(snapshot, control)).Of(target, side)).After(Cursor.Of(http), position).Take(size + 1).ToList();
        return snapshot.PageOf(http, rows, size, position, item => item);
    }
}

/// <summary>The lists of a side.</summary>
internal static class GetImpactList
{
    public const string Technologies = "technologies", Providers = "providers", Accounts = "accounts", Facts = "facts";

    public static readonly string[] Parameters = ["target", .. KnownParameters.OfPages];
}
