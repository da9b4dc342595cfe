using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Docs;

/// <summary>The pages of the documentation print what they say. UPDATE_GOLDENS=1 writes into them what they print.</summary>
public sealed class PageSpecs(TestDatabase database)
{
    [Theory]
    [InlineData("why-did-this-number-change.md", "bash curl jq")]
    public async Task a_page_prints_what_it_says(string name, string tools)
    {
        Tool.Require(tools.Split(' '));
        await using var service = await SeededService.StartAsync(database);
        var page = Page.Read(name);

        var now = await page.RunAsync(service.Address);

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1")
            page.Rewrite(now);
        else
            Assert.Equal(page.Text, now);
    }
}
