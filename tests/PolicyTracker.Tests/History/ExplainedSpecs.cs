using System.Net;
using System.Text.Json;
using CsCheck;
using Npgsql;
using PolicyTracker.Reliance;
using PolicyTracker.Tests.Support;
using PolicyTracker.Tests.Views;
using PolicyTracker.Views;
using Xunit;

namespace PolicyTracker.Tests.History;

/// <summary>A difference between two points is explained whole, and a history says on each day what an answer for that day says: on a random record, at random points.</summary>
public sealed class ExplainedSpecs(TestDatabase database)
{
    private const string Country = "IS";
    private const int Points = 60;
    private static readonly string[] Numbers = ["reliance", "restriction", "substitution", .. Enum.GetNames<Indicator>()];
    private static readonly DateOnly FirstDay = new(2023, 10, 1);

    // A point is one of the sequences of the record, by its place, and a day.
    private static readonly Gen<(DateOnly AsOf, int Known)> Point = Gen.Select(Gen.Int[0, 999], Gen.Int[0, 1100], (known, day) => (FirstDay.AddDays(day), known));

    [Fact]
    public Task the_events_of_a_difference_lead_from_one_point_to_the_other_and_a_history_agrees_with_every_day() =>
        Gen.Select(Script.Steps, Gen.Select(Point, Point).Array[Points], Gen.Select(Gen.OneOf([.. Numbers.Select(Gen.Const)]), Gen.Int[0, 1100]).Array[Points])
            .SampleAsync(AssertExplainedAsync, iter: 1, threads: 1);

    private async Task AssertExplainedAsync(Script.Step[] steps, ((DateOnly AsOf, int Known) From, (DateOnly AsOf, int Known) To)[] differences, (string Number, int Day)[] histories)
    {
        await using var service = await RunningService.StartAsync(await database.CreateDatabaseAsync(), ("PolicyTracker__Seeds", "false"));
        await Script.PrepareAsync(service, Country);
        var (ids, sequences) = (new List<string>(), new List<long>());
        foreach (var step in steps)
            sequences.Add((await Script.RunAsync(service, Country, step, ids)).Sequence);
        await service.FollowedAsync(sequences.Max());
        var claims = await ClaimsAsync(service);
        long[] known = [.. sequences.Where(s => s > 0).Distinct().Order()];

        var differing = 0;
        foreach (var (from, to) in differences)
            differing += await AssertExplainedAsync(service, claims, At(from), At(to));
        Assert.True(differing > 0, "No number differed between any two points.");
        foreach (var (number, day) in histories)
            await AssertToldAsync(service, number, FirstDay.AddDays(day));

        (DateOnly, long) At((DateOnly AsOf, int Known) point) => (point.AsOf, known[point.Known % known.Length]);
    }

    private static async Task<int> AssertExplainedAsync(
        RunningService service, IReadOnlyList<(ClaimRow Row, long KnownFrom, long? KnownTo)> claims, (DateOnly AsOf, long Known) from, (DateOnly AsOf, long Known) to)
    {
        var diff = (await service.GetAsync($"/v1/countries/{Country}/diff?supplier=US&from={from.AsOf:O},{from.Known}&to={to.AsOf:O},{to.Known}")).Is(HttpStatusCode.OK).Json;
        var (before, after) = (await AnswerAsync(service, from), await AnswerAsync(service, to));

        var listed = diff.GetProperty("pairs").EnumerateArray().SelectMany(p => p.GetProperty("numbers").EnumerateArray()).ToList();
        Assert.Equal(Numbers.Where(n => before[n] != after[n]), listed.Select(NameOf).OrderBy(n => Array.IndexOf(Numbers, n)));
        Assert.All(listed, number =>
        {
            Assert.Equal((before[NameOf(number)], after[NameOf(number)]), (Told(number.GetProperty("before")), Told(number.GetProperty("after"))));
            Assert.NotEmpty(number.GetProperty("causes").EnumerateArray());
        });

        // The claims of the first point, with what the listed events did to them, are concluded on by the method alone. So are those of each number with its own
        // events, of which each is needed; and the passing of the days is needed where it names some, and not where it names none.
        var all = diff.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("sequence").GetInt64()).ToList();
        Assert.All(Numbers, number => Assert.Equal(after[number], With(number, all, to.AsOf)));
        Assert.All(listed, told =>
        {
            var (number, events) = (NameOf(told), told.GetProperty("events").EnumerateArray().Select(e => e.GetInt64()).ToList());
            Assert.Equal(after[number], With(number, events, to.AsOf));
            Assert.All(events, dropped => Assert.NotEqual(after[number], With(number, [.. events.Where(e => e != dropped)], to.AsOf)));
            Assert.Equal(told.GetProperty("days").GetArrayLength() == 0, after[number] == With(number, events, from.AsOf));
        });
        return listed.Count;

        string With(string number, IEnumerable<long> events, DateOnly asOf) => Told(JsonSerializer.SerializeToElement(
            ConclusionChanges.NumberOf(Concluded(claims, from.Known, events, forward: from.Known <= to.Known, asOf), number), Json.Options));
    }

    /// <summary>What the method makes of the claims known at a sequence once some later events have happened, or some earlier ones not.</summary>
    private static PairConclusion Concluded(
        IReadOnlyList<(ClaimRow Row, long KnownFrom, long? KnownTo)> claims, long known, IEnumerable<long> events, bool forward, DateOnly asOf)
    {
        var standing = claims.Where(c => c.KnownFrom <= known && (c.KnownTo is null || c.KnownTo > known)).Select(c => c.Row).ToHashSet();
        foreach (var sequence in forward ? events.Order() : events.OrderDescending())
        {
            var (opened, closed) = (claims.Where(c => c.KnownFrom == sequence).Select(c => c.Row), claims.Where(c => c.KnownTo == sequence).Select(c => c.Row));
            standing.ExceptWith(forward ? closed : opened);
            standing.UnionWith(forward ? opened : closed);
        }

        return Conclusions.ConcludeAll(Methods.First, Country, standing.Select(r => r.Claim), asOf).FirstOrDefault(p => p.Supplier == "US")?.Rounded()
            ?? Conclusions.Nothing(Methods.First, Country, "US", asOf);
    }

    private static async Task AssertToldAsync(RunningService service, string number, DateOnly day)
    {
        var history = (await service.GetAsync($"/v1/countries/{Country}/history?supplier=US&index={number}")).Is(HttpStatusCode.OK).Json;
        var steps = history.GetProperty("steps").EnumerateArray().ToList();
        var days = steps.Select(s => DateOnly.Parse(s.GetProperty("day").GetString()!)).ToList();
        Assert.Equal(days.Distinct().Order(), days);
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.NotEqual(Told(pair.First.GetProperty("number")), Told(pair.Second.GetProperty("number"))));

        var answer = await AnswerAsync(service, (day, long.MaxValue));
        var step = days.FindLastIndex(d => d <= day);
        var nothing = Conclusions.Nothing(Methods.First, Country, "US", day);
        Assert.Equal(answer[number], Told(step < 0 ? JsonSerializer.SerializeToElement(ConclusionChanges.NumberOf(nothing, number), Json.Options) : steps[step].GetProperty("number")));
    }

    /// <summary>Every number of the pair as text, by its name.</summary>
    private static async Task<Dictionary<string, string>> AnswerAsync(RunningService service, (DateOnly AsOf, long Known) point)
    {
        var pair = (await service.GetAsync($"/v1/countries/{Country}?supplier=US&asOf={point.AsOf:O}&knownAt={point.Known}")).Is(HttpStatusCode.OK).Json.GetProperty("suppliers")[0];
        var numbers = Numbers[..3].ToDictionary(index => index, index => Told(pair.GetProperty(index)));
        foreach (var indicator in pair.GetProperty("indicators").EnumerateArray())
            numbers[indicator.GetProperty("id").GetString()!] = Told(indicator);
        return numbers;
    }

    // An indicator's answer calls its code "value" and its value "score".
    private static string Told(JsonElement number) => number.TryGetProperty("score", out var score)
        ? string.Join(' ', score, number.GetProperty("low"), number.GetProperty("high"), number.GetProperty("value"), number.GetProperty("flag"), number.GetProperty("contested"), number.GetProperty("stale"))
        : string.Join(' ', new[] { "value", "low", "high", "code", "flag", "contested", "stale" }
            .Where(member => member is "value" or "low" or "high" || number.TryGetProperty("contested", out _))
            .Select(member => number.TryGetProperty(member, out var value) ? value.ToString() : ""));

    private static string NameOf(JsonElement number) => (number.TryGetProperty("index", out var index) ? index : number.GetProperty("indicator")).GetString()!;

    private static async Task<IReadOnlyList<(ClaimRow Row, long KnownFrom, long? KnownTo)>> ClaimsAsync(RunningService service)
    {
        await using var connection = await service.ConnectAsync();
        await using var command = new NpgsqlCommand($"select {ClaimRow.Columns}, known_from, known_to from policy.claim", connection);
        await using var rows = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var claims = new List<(ClaimRow, long, long?)>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            claims.Add((ClaimRow.Read(rows), rows.GetInt64(18), rows.IsDBNull(19) ? null : rows.GetInt64(19)));
        return claims;
    }
}
