using PolicyTracker.Measures;
using Xunit;

namespace PolicyTracker.Tests.Docs;

/// <summary>The life cycle in the documentation is the table of the code. UPDATE_GOLDENS=1 writes it there.</summary>
public sealed class LifeCycleSpecs
{
    private const string Begin = "<!-- life cycle -->\n";
    private const string End = "<!-- end -->";

    [Fact]
    public void the_page_shows_the_table_of_the_code()
    {
        var page = Page.Read("measures.md");
        var (before, after) = (page.Text[..(page.Text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)], page.Text[page.Text.IndexOf(End, StringComparison.Ordinal)..]);
        var now = $"{before}{Table()}{after}";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1")
            page.Rewrite(now);
        else
            Assert.Equal(page.Text, now);
    }

    private static string Table()
    {
        string[] rows =
        [
            "| stage | what may follow |",
            "|---|---|",
            $"| (none yet) | {Names(LifeCycle.Openings)} |",
            .. Enum.GetValues<Stage>().Select(stage => $"| {LifeCycle.NameOf(stage)} | {Names(LifeCycle.Table[stage])} |"),
        ];
        return string.Concat(rows.Select(row => $"{row}\n"));
    }

    private static string Names(IEnumerable<Transition> transitions) => string.Join(", ", transitions.Select(LifeCycle.NameOf)) is { Length: > 0 } names ? names : "nothing";
}
