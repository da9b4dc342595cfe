using PolicyTracker.CountryViews;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.Impact;

/// <summary><c>GET /v1/measures/{id}/impact</c> and <c>POST /v1/impact</c>: what would a control cut, and what would it leave?</summary>
public static class GetImpact
{
    public static readonly string[] Parameters = ["target", PublishedMethod.Parameter];

    public static Task<IResult> OfMeasure(HttpContext http, string id) => AskedControl.OfMeasureAsync(http, id, (control, snapshot) => ViewAsync(http, control, snapshot));

    public static Task<IResult> OfControl(HttpContext http) => AskedControl.OfBodyAsync(http, (control, snapshot) => ViewAsync(http, control, snapshot));

    private static async Task<ImpactView> ViewAsync(HttpContext http, AskedControl control, Snapshot snapshot)
    {
        var method = await PublishedMethod.AskedAsync(http, snapshot);
        var states = await CountryState.ReadAsync(snapshot, control.Targets, method);
        var sides = await Sides.ReadAsync(snapshot, control);
        var because = snapshot.Moment.AsOf == control.Effective ? AsOfBecause.Effective : AsOfBecause.Asked;
        return new ImpactView(control.Measure, control.Issuer, control.Scope, snapshot.Moment.AsOf, because, snapshot.Moment.KnownAt, method.Id, [.. states.Select(Target)]);

        TargetImpact Target(CountryState state)
        {
            return ImpactOf.Control(method, state.ExactlyWith(control.Issuer), control.Scope, Side(SideOfCut.Cut), Side(SideOfCut.Left));

            Side Side(SideOfCut side)
            {
                var target = state.Country.Country;
                var whole = sides.Of(target, side);
                return new Side(
                    Some(whole.Technologies, GetImpactList.Technologies), Some(whole.Providers, GetImpactList.Providers),
                    Some(whole.Accounts, GetImpactList.Accounts), Some(whole.Facts, GetImpactList.Facts));

                ItemList<T> Some<T>(IReadOnlyList<T> all, string list) => ItemList.Of(all, $"{control.Address}/{WireNames.Of(side)}/{list}?target={target}", snapshot.Moment);
            }
        }
    }
}
