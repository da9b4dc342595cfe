using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using PolicyTracker.Reliance;
using Xunit;

namespace PolicyTracker.Tests;

public class JsonSpecs
{
    private static readonly ModelApproved Approved = new()
    {
        Country = "CN",
        Occurred = WorldDate.Parse("2024-01"),
        Authority = "Example Authority",
        Provider = "百度",
        Model = "文心一言",
        Source = new Source { Publisher = "Example Gazette", Title = "A list" },
        Tier = Tier.A,
        RegistryIds = ImmutableSortedDictionary<string, string>.Empty.Add("provider", "baidu"),
    };

    [Fact]
    public void registry_ids_are_stored_when_there_are_any()
    {
        var stored = JsonSerializer.Serialize(Approved, Json.Options);
        Assert.Contains("\"registryIds\":{\"provider\":\"baidu\"}", stored, StringComparison.Ordinal);
        Assert.Equal("baidu", JsonSerializer.Deserialize<ModelApproved>(stored, Json.Options)!.RegistryIds["provider"]);
        Assert.DoesNotContain("registryIds", JsonSerializer.Serialize(Approved with { RegistryIds = ImmutableSortedDictionary<string, string>.Empty }, Json.Options), StringComparison.Ordinal);
    }

    [Fact]
    public void text_is_written_as_it_is() => Assert.Contains("文心一言", JsonSerializer.Serialize(Approved, Json.Options), StringComparison.Ordinal);

    [Fact]
    public void a_required_member_is_written_also_as_null_and_so_read_back()
    {
        var ended = new SubjectState { Winner = null, Least = null, Greatest = null, Contested = true, Firm = true, Confidence = Confidence.Low, Newest = new(2024, 5, 9) };

        Assert.Equal(ended, JsonSerializer.Deserialize<SubjectState>(JsonSerializer.Serialize(ended, Json.Options), Json.Options));
    }

    [Fact]
    public void a_fact_within_an_event_tells_its_type() =>
        Assert.StartsWith("{\"fact\":{\"type\":\"model_approved\",", JsonSerializer.Serialize(new { Fact = (Fact)Approved }, Json.Options), StringComparison.Ordinal);

    [Fact]
    public void enums_are_words_and_never_numbers()
    {
        Assert.Equal("\"world_changed\"", JsonSerializer.Serialize(Cause.WorldChanged, Json.Options));
        Assert.Equal("\"A\"", JsonSerializer.Serialize(Tier.A, Json.Options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Cause>("0", Json.Options));
    }

    [Fact]
    public void names_and_values_of_enums_are_found_both_ways()
    {
        Assert.Equal(["world_changed", "source_corrected", "our_error", "pipeline_change"], WireNames.Values(typeof(Cause)));
        Assert.Equal("our_error", WireNames.Of(Cause.OurError));
        Assert.True(WireNames.TryParse<Indicator>("X4", out var indicator));
        Assert.Equal(Indicator.X4, indicator);
        Assert.False(WireNames.TryParse<Indicator>("x4", out _));
    }

    [Fact]
    public void every_event_is_found_by_its_wire_name_whatever_its_family() =>
        Assert.Equal(["account_suspended", "day_began", "measure_adopted"], WireNames.Under(typeof(object)).Keys.Intersect(["account_suspended", "day_began", "measure_adopted"]));

    [Fact]
    public void the_options_of_a_library_are_brought_to_the_one_form()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
        Json.Configure(options);
        Assert.Equal(JsonSerializer.Serialize<Fact>(Approved, Json.Options), JsonSerializer.Serialize<Fact>(Approved, options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CountBound>("""{ "atLeast": "1" }""", options));
    }

    [Fact]
    public void a_stored_date_that_is_none_is_not_read() => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<WorldDate>("\"2023/2024\"", Json.Options));
}
