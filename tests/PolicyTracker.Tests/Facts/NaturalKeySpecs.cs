using System.Collections.Immutable;
using CsCheck;
using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using Xunit;

namespace PolicyTracker.Tests.Facts;

public class NaturalKeySpecs
{
    private static readonly ModelReleased Released = new()
    {
        Country = "US",
        Occurred = WorldDate.Parse("2023-07-18"),
        Provider = "Meta",
        Model = "Llama 2",
        Weights = Weights.Open,
        Source = new Source { Publisher = "Example Gazette", Title = "A release", Url = "https://gazette.example/1", PublishedOn = new DateOnly(2023, 7, 19), Locator = "p. 1" },
        Tier = Tier.B,
    };

    private static ModelReleased Resolved(string name) => Released with
    {
        Model = name,
        RegistryIds = ImmutableSortedDictionary<string, string>.Empty.Add("model", "llama-2"),
    };

    /// <summary>Computed apart from the service: each part after its length and a colon, SHA-256, the first 100 bits in Crockford's base32.</summary>
    [Fact]
    public void the_key_is_a_storage_format() => Assert.Equal("16n75m3d1pgmyjth36xx", NaturalKey.Of(Released));

    [Fact]
    public void a_key_is_twenty_characters_that_nobody_misreads() => Assert.Matches("^[0-9a-hjkmnp-tv-z]{20}$", NaturalKey.Of(Released));

    public static TheoryData<string, ModelReleased> Identifying => new()
    {
        { "country", Released with { Country = "CA" } },
        { "occurred", Released with { Occurred = WorldDate.Parse("2023-07-18~") } },
        { "provider", Released with { Provider = "Microsoft" } },
        { "model", Released with { Model = "Llama" } },
        { "model spelled otherwise and not resolved", Released with { Model = "LLaMA 2" } },
        { "model resolved", Resolved("Llama 2") },
        { "publisher", Released with { Source = Released.Source with { Publisher = "Example Wire" } } },
        { "title", Released with { Source = Released.Source with { Title = "Another" } } },
        { "url", Released with { Source = Released.Source with { Url = null } } },
        { "publishedOn", Released with { Source = Released.Source with { PublishedOn = null } } },
        { "locator", Released with { Source = Released.Source with { Locator = "p. 2" } } },
        { "text moved from one field to the next", Released with { Source = Released.Source with { Publisher = "Example GazetteA", Title = " release" } } },
    };

    [Theory, MemberData(nameof(Identifying))]
    public void what_identifies_a_fact_moves_its_key(string what, ModelReleased other) => Assert.True(NaturalKey.Of(Released) != NaturalKey.Of(other), what);

    [Fact]
    public void the_type_is_part_of_the_key()
    {
        var suspended = new AccountSuspended { Country = "CN", Occurred = Released.Occurred, Provider = "OpenAI", Holder = "ByteDance", Source = Released.Source, Tier = Tier.B };
        var reinstated = new AccountReinstated { Country = "CN", Occurred = Released.Occurred, Provider = "OpenAI", Holder = "ByteDance", Source = Released.Source, Tier = Tier.B };
        Assert.NotEqual(NaturalKey.Of(suspended), NaturalKey.Of(reinstated));
    }

    [Fact]
    public void everything_else_leaves_the_key_and_is_a_difference()
    {
        var other = Released with
        {
            Weights = Weights.Restricted,
            Tier = Tier.A,
            Reviewed = true,
            Note = "Seen.",
            Source = Released.Source with { RetrievedOn = new DateOnly(2024, 1, 1), ArchivedUrl = "https://archive.example/1" },
        };
        Assert.Equal(NaturalKey.Of(Released), NaturalKey.Of(other));
        Assert.Equal(["note", "reviewed", "source.archivedUrl", "source.retrievedOn", "tier", "weights"], NaturalKey.ContentDiff(Released, other));
    }

    [Fact]
    public void two_spellings_of_one_registered_name_are_one_statement()
    {
        Assert.Equal(NaturalKey.Of(Resolved("Llama 2")), NaturalKey.Of(Resolved("LLaMA 2")));
        Assert.Empty(NaturalKey.ContentDiff(Resolved("Llama 2"), Resolved("LLaMA 2")));
    }

    [Fact]
    public void a_given_name_is_never_taken_for_a_registry_id() =>
        Assert.NotEqual(NaturalKey.Of(Released with { Model = "llama-2" }), NaturalKey.Of(Resolved("Llama 2")));

    [Fact]
    public void a_fact_does_not_differ_from_itself_registered_or_not() => Assert.Empty(NaturalKey.ContentDiff(Released, Resolved("Llama 2")));

    [Fact]
    public void facts_that_differ_in_an_identifying_text_have_different_keys() => Gen.Select(Gen.String, Gen.String).Sample((a, b) =>
        (NaturalKey.Of(Released with { Model = a }) == NaturalKey.Of(Released with { Model = b })) == (a == b));

    [Fact]
    public void differences_are_the_same_from_both_sides() => Gen.Select(Gen.String, Gen.Bool, Gen.String.Null()).Sample((model, reviewed, note) =>
    {
        var other = Released with { Model = model, Reviewed = reviewed, Note = note };
        Assert.Equal(NaturalKey.ContentDiff(Released, other), NaturalKey.ContentDiff(other, Released));
        Assert.Equal(Released == other, NaturalKey.ContentDiff(Released, other).Count == 0);
    });
}
