using Weasel.Postgresql.Tables;

namespace PolicyTracker.Views;

/// <summary>
/// The rows that the projection writes. A row is known from one sequence of the store until another: what was answered at a sequence is
/// found again by asking for the rows known then. Current answers use the indexes of the rows still known and pay for no history.
/// </summary>
public static class ViewTables
{
    private const string Live = "known_to is null";

    public static readonly Table FactVersion = Schema.Table("fact_version", ["fact_id", "known_from"],
            "fact_id text", "known_from bigint", "known_to bigint?", "recorded bigint", "type text", "country text", "ids text[]", "occurred text", "effective date",
            "publisher text", "tier text", "status text", "reviewed boolean", "disputed boolean", "confirmed_on date[]", "search text", "fact jsonb")
        .Index("live_recorded", ["recorded"], Live)
        .Index("live_country_recorded", ["country", "recorded"], Live)
        .Index("recorded", ["recorded"])
        .Index("country_recorded", ["country", "recorded"])
        .Index("live_ids", ["ids"], Live, IndexMethod.gin)
        .Index("country", ["country", "effective"]);

    // Type and occurred are those of the fact that claims, so that it need not be looked up where it is only evidence; of a measure's claims they are empty.
    public static readonly Table Claim = Schema.Table("claim", ["origin", "known_from", "ordinal"],
            "origin text", "known_from bigint", "ordinal integer", "known_to bigint?", "told bigint", "dependent text", "supplier text", "indicator text", "subject text", "kind text",
            "value integer", "general boolean", "counted text?", "effective date", "tier text", "reviewed boolean", "publisher text", "disputed boolean", "confirmed_on date[]",
            "lead boolean", "type text", "occurred text")
        .Index("live_subject", ["dependent", "supplier", "indicator", "subject"], Live)
        .Index("live_effective", ["effective"], Live)
        .Index("live_confirmed", ["confirmed_on"], "known_to is null and confirmed_on <> '{}'")
        .Index("live_evidence", ["dependent", "indicator", "supplier", "effective", "told"], "known_to is null and lead")
        .Index("evidence", ["dependent", "indicator", "supplier", "effective", "told", "known_from", "known_to"], "lead")
        .Index("live_of_measures", ["dependent"], $"{Live} and type = ''")
        .Index("of_measures", ["dependent"], "type = ''")
        .Index("dependent", ["dependent", "known_from"]);

    /// <summary>How each subject stands, over both times.</summary>
    public static readonly Table Standing = Schema.Table("standing", ["dependent", "supplier", "indicator", "subject", "from_day", "known_from"],
            "dependent text", "supplier text", "indicator text", "subject text", "from_day date", "to_day date?", "known_from bigint", "known_to bigint?", "state text", "alike text",
            "newest date", "list text?", "origin text", "since date", "told bigint", "contested boolean")
        .Index("live_newest", ["dependent", "supplier", "indicator", "alike", "newest"], Live)
        .Index("live_list", ["dependent", "list", "since", "told"], $"{Live} and list is not null")
        .Index("list", ["dependent", "list", "since", "told", "known_from", "known_to"], "list is not null");

    public static readonly Table MeasureEntry = Schema.Table("measure_entry", ["measure_id", "number", "known_from"],
            "measure_id text", "number integer", "known_from bigint", "known_to bigint?", "type text", "occurred text", "effective date", "issuer text", "countries text[]",
            "publisher text", "entry jsonb")
        .Index("live", ["measure_id", "number"], Live)
        .Index("live_countries", ["countries"], Live, IndexMethod.gin)
        .Index("countries", ["countries"], null, IndexMethod.gin);

    // Of a merged entry: the one that it was merged into, and the one that it leads to at the end.
    public static readonly Table ProviderVersion = Schema.Table("provider_version", ["provider_id", "known_from"],
        "provider_id text", "known_from bigint", "known_to bigint?", "name text", "home text?", "reviewed boolean", "entry jsonb", "merged_into text?", "survivor text?")
        .Index("merged", ["survivor"], "survivor is not null");

    public static readonly Table TechnologyVersion = Schema.Table("technology_version", ["technology_id", "known_from"],
        "technology_id text", "known_from bigint", "known_to bigint?", "name text", "provider text?", "reviewed boolean", "entry jsonb", "merged_into text?", "survivor text?")
        .Index("merged", ["survivor"], "survivor is not null");

    public static readonly Table CountryEvent = Schema.Table("country_event", ["country", "sequence"],
            "country text", "sequence bigint", "type text", "cause text", "fact text?", "measure text?", "provider text?", "occurred text?", "effective date",
            "publisher text?", "why text?")
        .Index("by_day", ["country", "effective", "sequence"]);

    /// <summary>Which method was published from which sequence on; before the first row, the first method.</summary>
    public static readonly Table MethodAdopted = Schema.Table("method_adopted", ["sequence"], "sequence bigint", "method text");

    /// <summary>The stretches of sequences, both ends included, that the projection was not given.</summary>
    public static readonly Table PassedOver = Schema.Table("passed_over", ["first"], "first bigint", "last bigint");

    /// <summary>What was published of the pairs, in order. History like the record points: a rebuild adds to it only where it differs, and that counts from its announcement on.</summary>
    public static readonly Table ConclusionChange = Schema.Table("conclusion_change", ["number"],
            "number bigint", "dependent text", "supplier text", "sequence bigint", "cause text", "change jsonb", "conclusion jsonb", "announced boolean")
        .Index("pair", ["dependent", "supplier", "number"])
        .Index("waiting", ["number"], "not announced")
        .Index("unknown", ["number"], $"sequence = {ConclusionChangeRows.NotAnnounced}");

    /// <summary>When the service could first answer with the events up to a sequence. History, never rebuilt.</summary>
    public static readonly Table RecordPoint = Schema.Table("record_point", ["sequence"], "sequence bigint", "at timestamptz").Index("at", ["at"]);

    /// <summary>What a rebuild empties before it projects anew.</summary>
    public static readonly IReadOnlyList<Table> Rebuilt = [FactVersion, Claim, Standing, MeasureEntry, ProviderVersion, TechnologyVersion, CountryEvent, MethodAdopted, PassedOver];

    public static IEnumerable<Table> All() => [.. Rebuilt, RecordPoint, ConclusionChange];
}
