using PolicyTracker.Facts;
using PolicyTracker.Registry;
using PolicyTracker.Seeds;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Seeds;

/// <summary>The rows of <c>seeds/</c>, and what a broken one is told.</summary>
public sealed class SeedFilesSpecs
{
    private static readonly DateOnly Today = new(2024, 6, 1);
    private static readonly SeedFiles Files = SeedFiles.Read(Path.Combine(AppContext.BaseDirectory, "seeds"), Today);

    [Fact]
    public void the_founding_case_is_21_facts_and_4_measures()
    {
        Assert.Equal((21, 4), (Files.Facts.Count, Files.Measures.Count));
    }

    [Fact]
    public void every_fact_and_measure_names_the_article_and_claims_no_review()
    {
        var said = Files.Facts.Select(row => (row.Value.Source, row.Value.Tier, row.Value.Reviewed))
            .Concat(Files.Measures.Select(row => (row.Value.Source, row.Value.Tier, row.Value.Reviewed)));

        Assert.All(said, row =>
        {
            Assert.Equal(new Source { Publisher = "Reuters", Title = "How dependent is China on US artificial intelligence technology?", PublishedOn = new(2024, 5, 9) }, row.Source);
            Assert.NotEqual(Tier.A, row.Tier);
            Assert.False(row.Reviewed);
        });
    }

    [Fact]
    public void only_what_companies_say_of_themselves_is_tier_c()
    {
        Assert.Equal(
            ["independence_claimed", "independence_claimed", "independence_claimed", "capability_claimed"],
            Files.Facts.Where(row => row.Value.Tier == Tier.C).Select(row => FactTypes.NameOf(row.Value)));
    }

    [Fact]
    public void natural_keys_tell_the_facts_apart()
    {
        Assert.Distinct(Files.Facts.Select(row => NaturalKey.Of(row.Value)));
    }

    [Fact]
    public void the_registry_knows_every_name_that_a_fact_uses_and_where_each_provider_is_at_home()
    {
        var registered = Files.Providers.SelectMany(row => row.Value.AllNames()).Concat(Files.Models.SelectMany(row => row.Value.Aliases.Prepend(row.Value.Name)));
        var named = Files.Facts.SelectMany(row => NamedFields.Of(row.Value.GetType()) is var fields
            ? fields.Providers.Select(field => field.Value(row.Value)).Concat(fields.Technologies.Select(field => field.Value(row.Value)))
            : []).OfType<string>();

        Assert.Empty(named.Except(registered));
        Assert.DoesNotContain(Files.Providers, row => row.Value.Home is null);
    }

    [Theory]
    [InlineData("facts.ndjson", "{\"type\": \"service_withheld\", \"country\": \"CN\"}", "Row 1: provider: ")]
    [InlineData("measures.json", "[{\"id\": \"x-y\", \"state\": \"planned\", \"kind\": \"export_control\", \"issuer\": \"US\", \"title\": \"T\", \"occurred\": \"2024\", "
        + "\"tier\": \"B\", \"source\": {\"publisher\": \"P\", \"title\": \"T\"}}]", "Row 1: scope: ")]
    [InlineData("providers.json", "[{\"name\": \"OpenAI\"}, {\"name\": \"Meta\", \"homes\": \"US\"}]", "Row 2: homes: ")]
    [InlineData("models.json", "[{\"name\": \"GPT-4\", \"provider\": \"Open AI\"}]", "Row 1: provider: ")]
    [InlineData("models.json", "[{\"name\": ", "The file is not JSON: ")]
    public void a_broken_file_is_named_with_its_row_and_rule(string file, string content, string told)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(Path.Combine(folder.Path, file), content);

        var broken = Assert.Throws<SeedException>(() => SeedFiles.Read(folder.Path, Today));

        Assert.StartsWith($"{Path.Combine(folder.Path, file)}: {told}", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_folder_that_is_not_there_is_told_and_a_file_that_is_not_there_has_no_rows()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<SeedException>(() => SeedFiles.Read(folder.Path, Today));

        Directory.CreateDirectory(folder.Path);
        Assert.Empty(SeedFiles.Read(folder.Path, Today).All);
    }

    [Fact]
    public void a_file_laid_out_anew_has_the_same_rows()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        string HashOf(string content)
        {
            File.WriteAllText(Path.Combine(folder.Path, "providers.json"), content);
            return Assert.Single(SeedFiles.Read(folder.Path, Today).All).Hash;
        }

        Assert.Equal(HashOf("""[{"name":"百度"}]"""), HashOf("[\n  { \"name\": \"百度\" }\n]\n"));
        Assert.NotEqual(HashOf("""[{"name":"百度"}]"""), HashOf("""[{"name":"Baidu"}]"""));
    }
}
