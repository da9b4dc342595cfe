using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Measures;
using PolicyTracker.Registry;
using PolicyTracker.Reliance;
using PolicyTracker.Views;

namespace PolicyTracker.Feeds.Catalogue;

/// <summary>One event of each public type, whole, made as the real ones are made. The facts are those of the API's description.</summary>
internal static class EventExamples
{
    private const string FactId = "7k2m9q4x1c8d5v0b3n6h", Measure = "us-example-control", Subscription = "sub_8f2c6b0a4e1d7c3f5a9b", OurError = "Misread.", SameName = "Two names of one.";

    private static readonly DateTimeOffset Recorded = new(2024, 5, 10, 9, 30, 0, TimeSpan.Zero);
    private static readonly Source Gazette = new() { Publisher = "Example Gazette", Title = "An example of a report", PublishedOn = new DateOnly(2024, 5, 9) };
    private static readonly ImmutableArray<string> China = ["CN"];

    private static readonly MeasurePlanned Planned = new()
    {
        Occurred = WorldDate.Parse("2024-05-08"),
        Source = Gazette,
        Tier = Tier.B,
        Definition = new MeasureDefinition { Kind = MeasureKind.ExportControl, Issuer = "US", Title = "Example control", Targets = ["CN"], Scope = new Scope { Layers = [Layer.ClosedWeights] } },
    };

    /// <summary>The examples by wire name.</summary>
    public static FrozenDictionary<string, JsonElement> ByName { get; } =
        Facts().Concat(FactLives()).Concat(Measures()).Concat(MeasureLives()).Concat(Entries()).Concat(Others()).ToFrozenDictionary(e => WireNames.Of(e.Data.GetType()), e => CloudEvent(e.Stream, e.Data));

    private static IEnumerable<(string Stream, object Data)> Facts()
    {
        using var examples = typeof(EventExamples).Assembly.GetManifestResourceStream("examples.json")!;
        foreach (var (_, fact) in JsonNode.Parse(examples)!["Fact"]!.AsObject())
            yield return (FactLife.Stream(FactId), Named(fact.Deserialize<Fact>(Json.Options)!));
    }

    private static IEnumerable<(string Stream, object Data)> FactLives()
    {
        var fact = Named(new AccountSuspended
        {
            Country = "CN",
            Occurred = WorldDate.Parse("2023-12"),
            Source = Gazette,
            Tier = Tier.B,
            Provider = "OpenAI",
            Holder = "ByteDance",
        });
        object[] acts =
        [
            new FactCorrected(FactId, fact, fact with { Occurred = WorldDate.Parse("2023-12-15") }, Cause.SourceCorrected, "The report was amended."),
            new FactRetracted(FactId, fact, Cause.OurError, OurError),
            new FactReinstated(FactId, fact, Cause.OurError, "It was right after all."),
            new FactDisputed(FactId, fact, "A second report says otherwise."),
            new FactConfirmed(FactId, fact, "Checked against its source.", new DateOnly(2024, 5, 10)),
        ];
        return acts.Select(act => (FactLife.Stream(FactId), act));
    }

    private static IEnumerable<(string Stream, object Data)> Measures()
    {
        var (definition, day) = (Planned.Definition, WorldDate.Parse("2024-05-09"));
        object[] entries =
        [
            Planned,
            new MeasureReported { Occurred = day, Source = Gazette, Tier = Tier.B, Definition = definition },
            new MeasureRecordedInForce { Occurred = day, Source = Gazette, Tier = Tier.A, Definition = definition },
            new MeasureProposed { Occurred = day, Source = Gazette, Tier = Tier.A },
            new MeasureAdopted { Occurred = day, Source = Gazette, Tier = Tier.A, Effective = WorldDate.Parse("2024-09-01") },
            new MeasureAmended { Occurred = day, Source = Gazette, Tier = Tier.A, Changes = new DefinitionChanges { Targets = ["CN", "RU"] } },
            new MeasureSuspended { Occurred = day, Source = Gazette, Tier = Tier.A, Until = WorldDate.Parse("2024-12-31") },
            new MeasureResumed { Occurred = day, Source = Gazette, Tier = Tier.A },
            new MeasureRescinded { Occurred = day, Source = Gazette, Tier = Tier.A },
            new MeasureAbandoned { Occurred = day, Source = Gazette, Tier = Tier.A },
        ];
        return entries.Select(entry => (MeasureId.StreamId(Measure), entry));
    }

    private static IEnumerable<(string Stream, object Data)> MeasureLives()
    {
        object[] acts =
        [
            new MeasureEntryCorrected(Measure, 1, Planned, Planned with { Occurred = WorldDate.Parse("2024-05") }, Cause.OurError, OurError),
            new MeasureEntryRetracted(Measure, 1, Planned, Cause.OurError, "Taken for another measure."),
            new MeasureEntryReinstated(Measure, 1, Planned, Cause.OurError, "It was this measure after all."),
        ];
        return acts.Select(act => (MeasureId.StreamId(Measure), act));
    }

    private static IEnumerable<(string Stream, object Data)> Entries()
    {
        const string provider = "example-ai", model = "example-ai/example-chat", into = "example-labs", intoModel = "example-ai/example-bot";
        var (entry, technology) = (new ProviderEntry { Name = "Example AI" }, new TechnologyEntry { Name = "Example Chat", Provider = provider });
        object[] providers =
        [
            new ProviderRegistered(provider, entry),
            new ProviderCorrected(provider, entry, entry with { Home = "US", Reviewed = true }, "Its home is known.", China),
            new ProviderMerged(provider, into, SameName, China),
            new ProviderUnmerged(provider, into, "Two after all.", China),
        ];
        object[] models =
        [
            new TechnologyRegistered(model, technology),
            new TechnologyCorrected(model, technology, technology with { Aliases = ["ExChat"], Reviewed = true }, "It has another name."),
            new TechnologyMerged(model, intoModel, SameName, China),
            new TechnologyUnmerged(model, intoModel, "Two after all.", China),
        ];
        return providers.Select(e => (Provider.Stream(provider), e)).Concat(models.Select(e => (Technology.Stream(model), e)));
    }

    private static IEnumerable<(string Stream, object Data)> Others()
    {
        yield return (MethodAdopted.Stream, new MethodAdopted("reliance/2.0.0", "reliance/1.0.0"));
        yield return (RelianceChanged.Stream("CN", "US"), new RelianceChanged(
            "CN", "US", "reliance/1.0.0", Cause.WorldChanged, [new CausingEvent(41, "derivation_reported", FactId, null, null)], new DateOnly(2024, 5, 10),
            [new NumberChange(null, Indicator.R3, new Numbers(null, 0, 100), new Numbers(66.7m, 33.3m, 100, 2, 0, false, false)), new NumberChange("reliance", null, new Numbers(null, 0, 100), new Numbers(61.5m, 48, 75.5m))]));
        yield return (SubscriptionDisabled.Stream(Subscription), new SubscriptionFailing(Subscription, 1, new DateTimeOffset(2024, 5, 10, 9, 30, 0, TimeSpan.Zero), "v1.1f3a5c7e.42"));
        yield return (SubscriptionDisabled.Stream(Subscription), new SubscriptionDisabled(Subscription, "gone", "v1.1f3a5c7e.42"));
    }

    /// <summary>The fact with the ids that the registry gives to names that it did not know.</summary>
    private static Fact Named(Fact fact)
    {
        var fields = NamedFields.Of(fact.GetType());
        var providers = from field in fields.Providers
                        let name = field.Value(fact)
                        where name is not null
                        select KeyValuePair.Create(field.Name, IdOf(name));
        var technologies = from field in fields.Technologies
                           let name = field.Value(fact)
                           where name is not null
                           select KeyValuePair.Create(field.Name, RegistryName.OfTechnology(field.ProviderOf(fact) is { } provider ? IdOf(provider) : null, name).NewId(name));
        return fact with { RegistryIds = fact.RegistryIds.AddRange(providers.Concat(technologies)) };
    }

    private static string IdOf(string provider) => RegistryName.OfProvider(provider).NewId(provider);

    private static JsonElement CloudEvent(string stream, object data)
    {
        const long sequence = 42;
        var wireName = WireNames.Of(data.GetType());
        var e = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(data.GetType()), data)!;
        (e.Id, e.Sequence, e.Version, e.StreamKey, e.Timestamp, e.EventTypeName) = (new Guid("018f61d0-58a0-7000-8000-000000000042"), sequence, 1, stream, Recorded, wireName);
        IReadOnlyList<RecordedEntry> before = data is MeasureEntry { Definition: not null } ? [] : [new RecordedEntry(1, Planned)];
        var json = JsonNode.Parse(FeedEvent.Write(e, PublicEvents.Speaks(new EventContext(e, before)), late: false).Span)!.AsObject();
        json.Insert(0, "sequence", $"{sequence:D20}");
        return JsonSerializer.SerializeToElement(json, Json.Options);
    }
}
