using System.Net;
using System.Text.Json.Nodes;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Facts;

public sealed class RecordFactSpecs(Service service)
{
    [Fact]
    public async Task a_new_fact_gets_an_address_that_answers()
    {
        var recorded = (await service.PostAsync("/v1/facts", A.Suspension("AD", "First Provider"))).Is(HttpStatusCode.Created);
        Assert.Equal(("recorded", true), (recorded.Text("status"), recorded["changed"].GetValue<bool>()));
        Assert.Equal($"/v1/facts/{recorded.Text("id")}", recorded.Location);
        var fact = (await service.GetAfterAsync(recorded, recorded.Location!)).Is(HttpStatusCode.OK);
        Assert.Equal((recorded.Text("id"), "account_suspended", recorded.Sequence), (fact.Text("id"), fact.Text("type"), fact["recordedSequence"].GetValue<long>()));
    }

    [Fact]
    public async Task the_same_fact_again_is_answered_with_the_first()
    {
        var first = (await service.PostAsync("/v1/facts", A.Suspension("AD", "Second Provider"))).Is(HttpStatusCode.Created);
        var again = (await service.PostAsync("/v1/facts", A.Suspension("AD", "second-provider"))).Is(HttpStatusCode.OK);
        Assert.Equal((first.Text("id"), first.Location, first.Sequence), (again.Text("id"), again.Location, again.Sequence));
        Assert.False(again["changed"].GetValue<bool>());
        Assert.Equal(["provider_registered", "account_suspended"], await service.EventsHoldingAsync("Second Provider"));
    }

    [Fact]
    public async Task another_content_under_the_same_key_differs()
    {
        var first = (await service.PostAsync("/v1/facts", A.Suspension("AD", "Third Provider"))).Is(HttpStatusCode.Created);
        var other = (await service.PostAsync("/v1/facts", A.Suspension("AD", "Third Provider").With("reason", "abuse").With("tier", "A"))).IsProblem(Codes.FactDiffers);
        Assert.Equal(first.Text("id"), other.Text("id"));
        Assert.Equal(["reason", "tier"], other["fields"].AsArray().Select(field => field!.GetValue<string>()));
        Assert.DoesNotContain("abuse", (await service.GetAfterAsync(first, first.Location!)).Body!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task of_sixteen_who_record_one_fact_at_once_one_is_the_first()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => service.PostAsync("/v1/facts", A.Suspension("AD", "Fourth Provider"))));
        Assert.Equal(Enumerable.Repeat(HttpStatusCode.OK, 15).Append(HttpStatusCode.Created), replies.Select(r => r.Status).Order());
        Assert.Single(replies.Select(r => r.Text("id")).Distinct());
        Assert.Single(replies.Select(r => r.Sequence).Distinct());
        Assert.Equal(["provider_registered", "account_suspended"], await service.EventsHoldingAsync("Fourth Provider"));
    }

    [Fact]
    public async Task a_name_that_sixteen_writers_bring_at_once_is_registered_once_and_unreviewed()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => service.PostAsync("/v1/facts", A.Suspension("AD", "Fifth Provider", $"holder {i}"))));
        Assert.All(replies, r => r.Is(HttpStatusCode.Created));
        var provider = (await service.GetAfterAsync(replies.MaxBy(r => r.Sequence)!, "/v1/providers/fifth-provider")).Is(HttpStatusCode.OK);
        Assert.Equal((false, 16), (provider["reviewed"].GetValue<bool>(), provider["facts"].GetValue<int>()));
        Assert.Single(await service.EventsHoldingAsync("Fifth Provider"), type => type == "provider_registered");
    }

    public static TheoryData<string, string, JsonNode?> Broken => new()
    {
        { Codes.UnknownType, "type", "account_closed" },
        { Codes.UnknownCountry, "country", "UK" },
        { Codes.DateInFuture, "occurred", "9999" },
        { Codes.DateNotSupported, "occurred", "last week" },
        { Codes.DateImpossible, "occurred", "2024-02-30" },
        { Codes.MissingField, "source", null },
        { Codes.UnknownField, "motive", "unknown" },
        { Codes.UnknownValue, "tier", "D" },
        { Codes.WrongType, "holder", 7 },
        { Codes.TooLong, "holder", new string('x', 201) },
        { Codes.NotText, "holder", "a\0b" },
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task a_broken_rule_names_its_field_and_leaves_nothing(string code, string field, JsonNode? value)
    {
        var provider = $"Refused {code} {field}";
        var refused = (await service.PostAsync("/v1/facts", A.Suspension("AD", provider).With(field, value?.DeepClone()))).IsProblem(code);
        Assert.Equal(field, refused.Text("field"));
        Assert.Empty(await service.EventsHoldingAsync(provider));
        Assert.Empty(await service.ColumnAsync("select id from policy.registry_name where id = $1", provider.ToLowerInvariant().Replace(' ', '-').Replace('_', '-')));
    }

    [Fact]
    public async Task an_unknown_country_is_told_what_was_probably_meant()
    {
        var refused = await service.PostAsync("/v1/facts", A.Suspension("UK", "Nearest Provider"));
        Assert.Equal("GB", refused["nearest"][0]!.GetValue<string>());
    }
}
