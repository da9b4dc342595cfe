using System.Net;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.CountryViews;

public sealed class GetCountriesSpecs(Service service)
{
    [Theory]
    [InlineData("--country")]
    [InlineData("-")]
    [InlineData("name")]
    public async Task only_a_column_with_one_sign_at_most_sorts(string sort) =>
        (await service.GetAsync($"/v1/countries?sort={sort}")).IsProblem(Codes.UnknownValue);

    [Theory]
    [InlineData("country")]
    [InlineData("-reliance")]
    public async Task each_column_sorts_both_ways(string sort) =>
        (await service.GetAsync($"/v1/countries?sort={sort}")).Is(HttpStatusCode.OK);
}
