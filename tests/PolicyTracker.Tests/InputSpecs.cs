using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using PolicyTracker.Facts;
using PolicyTracker.Facts.Types;
using Xunit;

namespace PolicyTracker.Tests;

public class InputSpecs
{
    private static readonly DateOnly Today = new(2024, 5, 9);

    private static JsonObject Offered() => JsonNode.Parse("""
        {
          "type": "service_offered", "country": "HK", "occurred": "../2024-05-09", "tier": "B",
          "provider": "Microsoft", "service": "Copilot", "route": "direct", "audience": "public",
          "source": { "publisher": "Reuters", "title": "A title", "publishedOn": "2024-05-09" }
        }
        """)!.AsObject();

    private static JsonObject Offered(string field, JsonNode? value)
    {
        var body = Offered();
        if (field.Split('.') is [var outer, var inner])
            body[outer]![inner] = value;
        else
            body[field] = value;
        return body;
    }

    private static Reading<Fact> Read(JsonNode? body) => Input.ReadFact(JsonSerializer.SerializeToElement(body), Today);

    private static Reading<Fact> Read(string body)
    {
        using var document = JsonDocument.Parse(body);
        return Input.ReadFact(document.RootElement, Today);
    }

    private static Violation Only(Reading<Fact> reading)
    {
        Assert.False(reading.Accepted);
        return Assert.Single(reading.Violations);
    }

    private static void Violates(string code, string field, JsonNode body)
    {
        var violation = Only(Read(body));
        Assert.Equal((code, field), (violation.Code, violation.Field));
    }

    [Fact]
    public void a_good_fact_is_read_as_its_type()
    {
        var fact = Assert.IsType<ServiceOffered>(Read(Offered()).OrRefuse());
        Assert.Equal(("HK", "Microsoft", ServiceRoute.Direct, Tier.B), (fact.Country, fact.Provider, fact.Route, fact.Tier));
        Assert.Equal(new DateOnly(2024, 5, 9), fact.Source.PublishedOn);
        Assert.Empty(fact.RegistryIds);
    }

    [Fact]
    public void the_type_may_stand_last()
    {
        var body = Offered();
        body.Remove("type");
        body["type"] = "service_offered";
        Assert.True(Read(body).Accepted);
    }

    [Fact]
    public void a_null_is_a_field_left_out()
    {
        Assert.True(Read(Offered("via", null)).Accepted);
        Violates("missing_field", "provider", Offered("provider", null));
    }

    [Fact]
    public void a_list_that_may_be_left_out_is_read_when_it_is_there()
    {
        static PolicyTracker.Measures.DefinitionChanges Changes(string json) => Input.Read<PolicyTracker.Measures.DefinitionChanges>(JsonElement.Parse(json), new DateOnly(2024, 5, 9)).OrRefuse();
        Assert.Equal(["CN", "RU"], Changes("""{ "targets": ["RU", "CN"] }""").Targets!.Value);
        Assert.Null(Changes("{}").Targets);
    }

    [Fact]
    public void text_is_trimmed()
    {
        var fact = Assert.IsType<ServiceOffered>(Read(Offered("provider", " Open AI\n")).Value);
        Assert.Equal("Open AI", fact.Provider);
    }

    [Fact]
    public void optional_text_of_white_space_is_left_out() => Assert.Null(Read(Offered("note", " \t")).OrRefuse().Note);

    [Fact]
    public void all_violations_are_told_at_once()
    {
        var body = Offered("country", "UK");
        body["audience"] = "publik";
        body["reviewed"] = "yes";
        body["source"]!["url"] = "ftp://files.example/";
        body["source"]!.AsObject().Remove("title");
        var told = Read(body).Violations.Select(violation => (violation.Code, violation.Field));
        Assert.Equal(
            [("missing_field", "source.title"), ("unknown_country", "country"), ("unknown_value", "audience"), ("url_not_allowed", "source.url"), ("wrong_type", "reviewed")],
            told.Order());
    }

    [Fact]
    public void a_refusal_carries_the_violations()
    {
        var refused = Assert.Throws<Refused>(() => Read(Offered("country", "UK")).OrRefuse());
        Assert.Equal(("unknown_country", "country"), (refused.Code, Assert.Single(refused.Violations).Field));
    }

    [Fact]
    public void an_unknown_type_names_all_types_and_the_nearest()
    {
        var violation = Only(Read(Offered("type", "service_offerd")));
        Assert.Equal(("unknown_type", "type"), (violation.Code, violation.Field));
        Assert.Equal(FactTypes.Names, violation.Allowed);
        Assert.Equal("service_offered", violation.Nearest![0]);
    }

    [Fact]
    public void a_fact_without_type_is_told_the_types()
    {
        var body = Offered();
        body.Remove("type");
        var violation = Only(Read(body));
        Assert.Equal(("missing_field", "type"), (violation.Code, violation.Field));
        Assert.Equal(FactTypes.Names, violation.Allowed);
    }

    [Fact]
    public void an_unknown_field_is_told_the_nearest_one()
    {
        var violation = Only(Read(Offered("source.publishedon", "2024-05-09")));
        Assert.Equal(("unknown_field", "source.publishedon", "publishedOn"), (violation.Code, violation.Field, violation.Nearest![0]));
    }

    [Fact]
    public void registry_ids_are_ours_to_give() => Violates("unknown_field", "registryIds", Offered("registryIds", new JsonObject { ["provider"] = "x" }));

    [Fact]
    public void a_field_given_twice_is_refused()
    {
        var violation = Only(Read(Offered().ToJsonString().Replace("\"tier\":", "\"tier\":\"A\",\"tier\":", StringComparison.Ordinal)));
        Assert.Equal(("duplicate_field", "tier"), (violation.Code, violation.Field));
    }

    [Theory]
    [InlineData("provider", "1", "a number", "string")]
    [InlineData("source", "\"Reuters\"", "a string", "object")]
    [InlineData("reviewed", "\"true\"", "a string", "boolean")]
    [InlineData("audience", "0", "a number", "string")]
    [InlineData("occurred", "2024", "a number", "string")]
    [InlineData("source.publishedOn", "20240509", "a number", "string")]
    [InlineData("note", "[]", "an array", "string")]
    public void a_value_of_another_kind_is_told_the_expected_kind(string field, string value, string given, string expected)
    {
        var violation = Only(Read(Offered(field, JsonNode.Parse(value))));
        Assert.Equal(("wrong_type", field), (violation.Code, violation.Field));
        Assert.Equal([expected], violation.Allowed!);
        Assert.Contains(given, violation.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"service_offered\"")]
    [InlineData("17")]
    public void a_body_that_is_no_object_is_refused_as_such(string body) => Assert.Equal(("wrong_type", ""), (Only(Read(body)).Code, Only(Read(body)).Field));

    [Fact]
    public void nothing_at_all_is_refused_too() => Assert.Equal("wrong_type", Only(Input.ReadFact(default, Today)).Code);

    [Theory]
    [InlineData("Public", "public")]
    [InlineData("buisness", "business")]
    public void an_unknown_value_is_told_the_allowed_ones(string value, string nearest)
    {
        var violation = Only(Read(Offered("audience", value)));
        Assert.Equal(("unknown_value", "audience"), (violation.Code, violation.Field));
        Assert.Equal(["public", "business", "developer"], violation.Allowed!);
        Assert.Equal([nearest], violation.Nearest!);
    }

    [Fact]
    public void text_over_its_limit_is_told_limit_and_length()
    {
        Assert.True(Read(Offered("provider", new string('x', 200))).Accepted);
        var violation = Only(Read(Offered("provider", new string('x', 201))));
        Assert.Equal(("too_long", "At most 200 characters are accepted; 201 were given."), (violation.Code, violation.Detail));
    }

    [Fact]
    public void required_text_of_white_space_is_blank() => Violates("blank", "source.title", Offered("source.title", " \u00A0\n"));

    [Theory]
    [InlineData("https://example.org/a?b=c#d", true)]
    [InlineData("http://example.org", true)]
    [InlineData("HTTPS://[2001:db8::1]:8443/x", true)]
    [InlineData("https://例え.example/道", true)]
    [InlineData("ftp://example.org", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("//example.org/a", false)]
    [InlineData("/a", false)]
    [InlineData("example.org", false)]
    [InlineData("http:example.org", false)]
    [InlineData("https://", false)]
    [InlineData("https:///path", false)]
    [InlineData("https://user@example.org", false)]
    [InlineData("https://user:password@example.org", false)]
    [InlineData("https://example.org/a b", false)]
    [InlineData("https:\\\\example.org", false)]
    public void only_absolute_http_addresses_without_user_are_allowed(string url, bool allowed)
    {
        var reading = Read(Offered("source.url", url));
        Assert.Equal(allowed, reading.Accepted);
        Assert.Equal(allowed ? [] : ["url_not_allowed"], reading.Violations.Select(violation => violation.Code));
    }

    [Theory]
    [InlineData("2023/2024", "date_not_supported")]
    [InlineData("201X", "date_not_supported")]
    [InlineData("2023-02-30", "date_impossible")]
    [InlineData("2024-05-10", "date_in_future")]
    [InlineData("2024-06~", "date_in_future")]
    public void a_date_that_cannot_have_occurred_is_refused(string occurred, string code) => Violates(code, "occurred", Offered("occurred", occurred));

    [Theory]
    [InlineData("2024-05-10", "source_date_in_future")]
    [InlineData("2024-02-30", "date_impossible")]
    [InlineData("2024-05", "date_not_supported")]
    [InlineData("9.5.2024", "date_not_supported")]
    public void a_source_is_published_on_a_day_that_has_been(string day, string code)
    {
        Violates(code, "source.publishedOn", Offered("source.publishedOn", day));
        Violates(code, "source.retrievedOn", Offered("source.retrievedOn", day));
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("a\\u001Fb")]
    [InlineData("a\\u0085b")]
    [InlineData("\\uD800")]
    [InlineData("\\uDC00\\uD800")]
    public void what_is_no_text_is_refused(string escaped)
    {
        var violation = Only(Read(Offered().ToJsonString().Replace("Copilot", escaped, StringComparison.Ordinal)));
        Assert.Equal(("not_text", "service"), (violation.Code, violation.Field));
    }

    [Theory]
    [InlineData("\\uD800")]
    [InlineData("\\u0000")]
    public void a_field_name_that_is_no_text_is_refused(string name) =>
        Assert.Equal("not_text", Only(Read(Offered().ToJsonString().Replace("\"type\"", $"\"{name}\":1,\"type\"", StringComparison.Ordinal))).Code);

    [Fact]
    public void bytes_that_are_no_utf8_are_no_text()
    {
        var bytes = Encoding.UTF8.GetBytes(Offered().ToJsonString());
        bytes[bytes.AsSpan().IndexOf("Copilot"u8)] = 0xFF;
        using var document = JsonDocument.Parse(bytes);
        Assert.Equal("not_text", Only(Input.ReadFact(document.RootElement, Today)).Code);
    }

    [Fact]
    public void items_of_a_list_are_named_by_their_place()
    {
        var violation = Only(Read("""
            {
              "type": "unofficial_access_reported", "country": "CN", "occurred": "2024", "tier": "B", "provider": "OpenAI",
              "means": ["vpn", "proxi"], "prevalence": "reported", "source": { "publisher": "Reuters", "title": "A title" }
            }
            """));
        Assert.Equal(("unknown_value", "means[1]", "proxy"), (violation.Code, violation.Field, Assert.Single(violation.Nearest!)));
    }

    [Fact]
    public void very_many_violations_are_cut_short()
    {
        var body = Offered();
        for (var i = 0; i < 500; i++)
            body[$"field{i}"] = 1;
        var reading = Read(body);
        Assert.False(reading.Accepted);
        Assert.Equal(100, reading.Violations.Count);
    }

    [Fact]
    public void a_long_field_name_is_not_repeated_whole() =>
        Assert.True(Only(Read(Offered(new string('x', 100_000), 1))).Field.Length < 100);

    [Fact]
    public void no_json_makes_the_reader_throw() => AnyJson(4).Sample(json =>
    {
        Read(json);
        foreach (var field in Offered().Select(member => member.Key))
            Read(Offered(field, "placeholder").ToJsonString().Replace("\"placeholder\"", json, StringComparison.Ordinal));
    }, iter: 300);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static Gen<string> AnyJson(int depth)
    {
        var leaf = OneOf("null", "true", "0", "-1", "1.5", "1e400", "99999999999999999999", "\"\"", "\"x\"", "\"2024\"", "\"\\uD800\"", "\"\\u0000\"");
        if (depth == 0)
            return leaf;
        var name = OneOf("type", "country", "source", "url", "\\uDC00", "", "x");
        return Gen.Frequency(
            (2, leaf),
            (1, AnyJson(depth - 1).Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
            (2, Gen.Select(name, AnyJson(depth - 1)).Array[0, 4].Select(members => $"{{{string.Join(',', members.Select(member => $"\"{member.Item1}\":{member.Item2}"))}}}")));
    }

    [Fact]
    public void a_request_of_any_shape_is_read_by_its_record()
    {
        var request = JsonSerializer.SerializeToElement(new
        {
            targets = new[] { "CN", "XX" },
            names = new[] { "ok", "", "longer" },
            until = "2030-01-01",
            facts = new JsonNode[] { Offered(), Offered("country", "UK") },
            limit = 11,
        });
        var told = Input.Read<Request>(request, Today).Violations.Select(violation => (violation.Code, violation.Field));
        Assert.Equal(
            [("blank", "names[1]"), ("missing_field", "why"), ("out_of_range", "limit"), ("too_long", "names[2]"), ("unknown_country", "facts[1].country"), ("unknown_country", "targets[1]")],
            told.Order());
    }

    [Theory]
    [InlineData("1.5", "wrong_type")]
    [InlineData("\"1\"", "wrong_type")]
    [InlineData("0", "out_of_range")]
    [InlineData("99999999999", "out_of_range")]
    [InlineData("1e400", "out_of_range")]
    public void numbers_are_whole_and_in_range(string limit, string code)
    {
        using var request = JsonDocument.Parse($$"""{ "targets": ["CN"], "why": "x", "limit": {{limit}} }""");
        Assert.Equal((code, "limit"), (Assert.Single(Input.Read<Request>(request.RootElement, Today).Violations) is { } only ? (only.Code, only.Field) : default));
    }

    [Theory]
    [InlineData(0, "too_few")]
    [InlineData(3, "too_long")]
    public void lists_keep_their_length(int items, string code)
    {
        var request = JsonSerializer.SerializeToElement(new { targets = Enumerable.Repeat("CN", items), why = "x" });
        Assert.Equal(code, Assert.Single(Input.Read<Request>(request, Today).Violations).Code);
    }

    [Fact]
    public void a_positional_record_has_its_rules_on_its_parameters()
    {
        var request = JsonSerializer.SerializeToElement(new { why = "far too long" });
        var told = Input.Read<Positional>(request, Today).Violations.Select(violation => (violation.Code, violation.Field));
        Assert.Equal([("missing_field", "cause"), ("too_long", "why")], told.Order());
    }

    private sealed record Positional([MaxLength(5)] string Why, Cause Cause, string? Note, int Limit = 3);

    private sealed record Request
    {
        [CountryCode, MinLength(1), MaxLength(2)] public required ImmutableArray<string> Targets { get; init; }
        [ItemMaxLength(5)] public ImmutableArray<string> Names { get; init; } = [];
        public WorldDate? Until { get; init; }
        public ImmutableArray<Fact> Facts { get; init; } = [];
        [Range(1, 10)] public int Limit { get; init; } = 10;
        public required string Why { get; init; }
    }
}
