using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using PolicyTracker.Measures;
using PolicyTracker.Registry;
using PolicyTracker.Snapshots;

namespace PolicyTracker.Feeds;

/// <summary>
/// Which events a subscriber asks for, in one grammar on every channel: of the values of one parameter any, of the parameters all. An event whose type
/// lacks the field never matches. As JSON it is an object of lists, <c>{"country": ["CN"]}</c>, empty for everything.
/// </summary>
[JsonConverter(typeof(FeedFilterJson))]
public sealed class FeedFilter
{
    /// <summary>How many values one parameter may have.</summary>
    public const int MostValues = 20;

    private const string Country = "country", Supplier = "supplier", Provider = "provider", MeasureName = "measure";
    private const char Any = '*';
    private static readonly string IsCanary = $"type = '{FeedEntry.Canary}'";

    // The grammar, each field with its values' rule, its condition in SQL and the same in memory.
    private static readonly FilterField[] Fields =
    [
        new("type", TypeRule, "type = any(?)", e => [e.Type]),
        new(Country, CountryRule, "countries && ?", e => e.Countries),
        new(Supplier, CountryRule, "suppliers && ?", e => e.Suppliers),
        new(Provider, TextRule, "providers && ?", e => e.Providers),
        new(MeasureName, MeasureRule, "measure = any(?)", e => e.Measure is { } measure ? [measure] : []),
        new("cause", (name, value) => OneOf(name, value, WireNames.Values(typeof(Cause))), "cause = any(?)", e => e.Cause is { } cause ? [cause] : []),
        new("indicator", (name, value) => OneOf(name, value, WireNames.Values(typeof(Indicator))), "indicators && ?", e => e.Indicators),
    ];

    private readonly IReadOnlyList<(FilterField Field, FrozenSet<string> Wanted)> _conditions;
    private readonly bool _canaries;

    private FeedFilter(ImmutableSortedDictionary<string, ImmutableArray<string>> values, bool canaries = false)
    {
        (Values, _canaries) = (values, canaries);
        _conditions = [.. Fields.Where(field => values.ContainsKey(field.Name)).Select(field => (field, values[field.Name].SelectMany(TypesOf).ToFrozenSet()))];
    }

    /// <summary>The parameter of those who ask for the canaries too; a route that does not have it sends none.</summary>
    public const string Canaries = "canary";

    /// <summary>No condition: every public event.</summary>
    public static FeedFilter Everything { get; } = new(ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty);

    /// <summary>The names of the parameters.</summary>
    public static IReadOnlyList<string> Parameters { get; } = [.. Fields.Select(field => field.Name)];

    /// <summary>What is asked for, by parameter.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Values { get; }

    public bool IsEverything => _conditions.Count == 0;

    /// <summary>The filter in a request's query; its other parameters are not looked at.</summary>
    /// <exception cref="Refused">A value is none of its parameter's.</exception>
    public static async Task<FeedFilter> OfAsync(HttpContext http)
    {
        var given = Parameters.Where(http.Request.Query.ContainsKey).Select(name => (name, (IReadOnlyList<string>)http.Request.Query[name].ToString().Split(',')));
        var services = http.RequestServices;
        var asked = await Of(given).ResolvedAsync(http);
        var filter = await asked.WithMembersAsync(services.GetRequiredService<NpgsqlDataSource>(), services.GetRequiredService<TimeProvider>(), http.RequestAborted);
        return new Snapshots.Parameters(http).Truth(Canaries) == true ? filter.WithCanaries() : filter;
    }

    /// <summary>
    /// The filter in a request's body, to be kept: an object whose members are lists of values, or one text of them with commas between. Whoever reads by it
    /// takes it <see cref="WithMembersAsync"/>.
    /// </summary>
    /// <exception cref="Refused">It has another form, a member that is no parameter, or a value that is none of its parameter's.</exception>
    public static Task<FeedFilter> OfAsync(HttpContext http, JsonElement json) => Of(json).ResolvedAsync(http);

    /// <summary>The same without a look at the registry: providers by id alone, measures unseen.</summary>
    /// <exception cref="Refused">It has another form, a member that is no parameter, or a value that is none of its parameter's.</exception>
    public static FeedFilter Of(JsonElement json) => json.ValueKind == JsonValueKind.Object
        ? Of(json.EnumerateObject().Select(member => (member.Name, (IReadOnlyList<string>)ValuesIn(member))))
        : throw Broken(Codes.WrongType, "filter", "A filter is an object.", ["object"]);

    /// <summary>The same, and every canary whatever the conditions.</summary>
    public FeedFilter WithCanaries() => new(Values, canaries: true);

    /// <summary>The same with every id that its providers have by the merges that are known now: what was published before one names them by the ids of then.</summary>
    public async Task<FeedFilter> WithMembersAsync(NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation)
    {
        if (!Values.TryGetValue(Provider, out var providers))
            return this;
        await using var snapshot = await Snapshot.LatestAsync(database, clock, cancellation);
        var survivors = $"array(select {EntrySql.Survivor(snapshot, RegistryKind.Provider, "asked.id")} from unnest($1) asked (id))";
        var members = snapshot.Command($"select unnest({EntrySql.Members(snapshot, RegistryKind.Provider, survivors)})");
        members.Parameters.AddWithValue(providers.ToArray());
        return new FeedFilter(Values.SetItem(Provider, [.. providers.Union(await snapshot.ReadAsync(members, row => row.GetString(0)))]), _canaries);
    }

    public bool Matches(FeedEntry entry)
    {
        if (entry.IsCanary)
            return _canaries;
        foreach (var (field, wanted) in _conditions)
        {
            var matches = false;
            foreach (var value in field.Of(entry))
                matches |= wanted.Contains(value);
            if (!matches)
                return false;
        }

        return true;
    }

    /// <summary>Adds what is asked for to the conditions of a query on the feed.</summary>
    internal Conditions On(Conditions conditions) => _conditions.Aggregate(
        conditions.If(!_canaries, $"not {IsCanary}"), (all, one) => all.On(_canaries ? $"({one.Field.Sql} or {IsCanary})" : one.Field.Sql, one.Wanted.ToArray()));

    /// <summary>A filter as it was kept.</summary>
    internal static FeedFilter Kept(IReadOnlyDictionary<string, ImmutableArray<string>> values) => new(values.ToImmutableSortedDictionary(StringComparer.Ordinal));

    private static FeedFilter Of(IEnumerable<(string Name, IReadOnlyList<string> Values)> given)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var (name, texts) in given)
        {
            var field = Fields.FirstOrDefault(f => f.Name == name)
                ?? throw Broken(Codes.UnknownParameter, Echo.Of(name), $"A filter has no parameter '{Echo.Of(name)}'.", Parameters, Nearest.To(name, Parameters));
            if (texts.Count > MostValues)
                throw Broken(Codes.TooLong, name, $"At most {MostValues} values are accepted; {texts.Count} were given.", [$"at most {MostValues}"]);
            foreach (var text in texts.DefaultIfEmpty(""))
                if ((text.Length == 0 ? new Violation(Codes.Blank, name, "A value is empty.") : field.Rule(name, text)) is { } violation)
                    throw new Refused([violation]);
            values[name] = [.. texts.Distinct()];
        }

        return values.Count == 0 ? Everything : new FeedFilter(values.ToImmutable());
    }

    /// <summary>The same with the ids of its providers, whichever of their names it gives, and with measures that there are.</summary>
    private async Task<FeedFilter> ResolvedAsync(HttpContext http)
    {
        if (!Values.ContainsKey(Provider) && !Values.ContainsKey(MeasureName))
            return this;
        await using var snapshot = await Snapshot.OpenAsync(http);
        foreach (var measure in Values.GetValueOrDefault(MeasureName, []))
        {
            var find = snapshot.Command($"select 1 from {Schema.Events}.mt_streams where id = $1");
            find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = MeasureId.StreamId(measure) });
            if ((await snapshot.ReadAsync(find, row => row.GetInt32(0))).Count == 0)
                throw Broken(Codes.UnknownValue, MeasureName, $"There is no measure {Echo.Of(measure)}.");
        }

        var providers = new List<string>();
        foreach (var provider in Values.GetValueOrDefault(Provider, []))
            providers.Add(await FindProvider.TakenIdAsync(snapshot, Provider, provider));
        return providers.Count == 0 ? this : new FeedFilter(Values.SetItem(Provider, [.. providers.Distinct()]));
    }

    private static string[] ValuesIn(JsonProperty member) => member.Value.ValueKind switch
    {
        JsonValueKind.String => member.Value.GetString()!.Split(','),
        JsonValueKind.Array when member.Value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) => [.. member.Value.EnumerateArray().Select(item => item.GetString()!)],
        _ => throw Broken(Codes.WrongType, Echo.Of(member.Name), "The values are a list of texts.", ["list of texts"]),
    };

    private static IEnumerable<string> TypesOf(string value) => value[^1] == Any ? PublicEvents.Names.Where(name => name.StartsWith(value[..^1], StringComparison.Ordinal)) : [value];

    private static Violation? TypeRule(string name, string value) => TypesOf(value).Any(PublicEvents.ByName.ContainsKey) ? null
        : new Violation(Codes.UnknownType, name, $"'{Echo.Of(value)}' is no type of the feed, nor the beginning of one before a {Any}.", PublicEvents.Names, Nearest.To(value, PublicEvents.Names));

    private static Violation? CountryRule(string name, string value) => Countries.IsKnown(value) ? null
        : new Violation(Codes.UnknownCountry, name, $"'{Echo.Of(value)}' is not a known country code.", Nearest: Countries.Nearest(value));

    private static Violation? MeasureRule(string name, string value) => MeasureId.IsValid(value) ? null
        : new Violation(Codes.MeasureIdNotValid, name, $"'{Echo.Of(value)}' is no id of a measure.");

    private static Violation? TextRule(string name, string value) => value.Length <= 200 ? null : new Violation(Codes.TooLong, name, "The name is too long.", ["at most 200"]);

    private static Violation? OneOf(string name, string value, IReadOnlyList<string> allowed) => allowed.Contains(value) ? null
        : new Violation(Codes.UnknownValue, name, $"'{Echo.Of(value)}' is not one of the allowed values.", allowed, Nearest.To(value, allowed));

    private static Refused Broken(string code, string field, string detail, IReadOnlyList<string>? allowed = null, IReadOnlyList<string>? nearest = null) =>
        new([new Violation(code, field, detail, allowed, nearest)]);

    private sealed record FilterField(string Name, Func<string, string, Violation?> Rule, string Sql, Func<FeedEntry, IReadOnlyList<string>> Of);
}

internal sealed class FeedFilterJson : JsonConverter<FeedFilter>
{
    // It was checked when it was asked for, and is read whatever the rules have become.
    public override FeedFilter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FeedFilter.Kept(JsonSerializer.Deserialize<Dictionary<string, ImmutableArray<string>>>(ref reader, options)!);

    public override void Write(Utf8JsonWriter writer, FeedFilter value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Values, options);
}
