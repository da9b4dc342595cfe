using CsCheck;
using PolicyTracker.Feeds;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

public sealed class FeedCursorSpecs
{
    private static readonly Gen<FeedCursor> Cursors = Gen.Select(Gen.String["0123456789abcdef"].Where(epoch => epoch.Length is > 0 and <= 32), Gen.Long[0, long.MaxValue], (epoch, position) => new FeedCursor(epoch, position));

    [Fact]
    public void a_cursor_is_read_as_it_was_written() => Cursors.Sample(cursor => FeedCursor.Parse(cursor.ToString(), "after") == cursor);

    [Fact]
    public void no_text_but_the_one_that_is_written_is_a_cursor() =>
        Gen.String["v1.0aZ-+ "].Sample(text => !FeedCursor.TryParse(text, out var cursor) || cursor.Value.ToString() == text, iter: 10_000);

    [Theory, InlineData(""), InlineData("17"), InlineData("v1.17"), InlineData("v1..17"), InlineData("v1.e.-1"), InlineData("v1.e.017"), InlineData("v1.e.9223372036854775808"), InlineData("v2.e.17"), InlineData("v1.e.1.7")]
    public void anything_else_is_refused(string text) =>
        Assert.Equal(Codes.CursorInvalid, Assert.Throws<Refused>(() => FeedCursor.Parse(text, "after")).Code);
}
