using System.Net;
using System.Xml.Linq;
using PolicyTracker.Feeds.Atom;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

/// <summary>The feed in Atom, read as XML by what knows nothing of it.</summary>
public sealed class AtomSpecs(TestDatabase database) : IAsyncLifetime
{
    private const string Subscription = "/v1/events.atom";
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom", History = "http://purl.org/syndication/history/1.0";

    private FeedHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task an_entry_tells_a_person_what_happened_and_leads_to_the_event()
    {
        await _host.RecordAsync("IS", "a lab \uFFFF & sons");
        var recorded = Assert.Single(await _host.EntriesAsync(2), e => e.Type == "account_suspended");

        var (document, _) = await ReadAsync($"{Subscription}?type=account_suspended");
        var entry = Assert.Single(document.Elements(Atom + "entry"));
        Assert.Equal($"urn:uuid:{recorded.Id}", entry.Element(Atom + "id")!.Value);
        Assert.Equal("account suspended (IS)", entry.Element(Atom + "title")!.Value);
        Assert.Equal("Iceland, 2024-05-01: OpenAI closed the account of a lab \uFFFD & sons.", entry.Element(Atom + "summary")!.Value);
        Assert.Equal(recorded.RecordedAt, DateTimeOffset.Parse(entry.Element(Atom + "updated")!.Value), TimeSpan.FromSeconds(1));
        Assert.Equal(["account_suspended", "IS"], entry.Elements(Atom + "category").Select(category => category.Attribute("term")!.Value));
        Assert.Equal(recorded.Id.ToString(), (await _host.GetAsync(LinkIn(entry, "alternate")!)).Is(HttpStatusCode.OK).Text("id"));
        // What RFC 4287 asks of the document itself.
        Assert.All(new[] { "id", "title", "updated", "author" }, name => Assert.Single(document.Elements(Atom + name)));
        Assert.Empty((await ReadAsync($"{Subscription}?country=NO")).Document.Elements(Atom + "entry"));
    }

    [Theory]
    [InlineData(Subscription)]
    [InlineData($"{Subscription}?country=NO")]
    public async Task whoever_walks_back_from_the_current_document_has_every_event_once_while_others_append(string address)
    {
        await FillAsync(4321);
        // The rare ones lie in the first and the last but one of the archives.
        await _host.ScalarAsync("update policy.feed set countries = '{NO}' where position in (7, 990, 3001) or position between 2900 and 2999");
        var expected = await IdsAsync(address.Contains("NO", StringComparison.Ordinal) ? "where countries = '{NO}'" : "");
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var appending = AppendAsync();

        var (walked, next) = (new List<string>(), (string?)address);
        while (next is not null)
        {
            var (document, response) = await ReadAsync(next);
            Assert.Equal(next != address, document.Element(History + "archive") is not null);
            Assert.Equal(next != address, response.Headers.CacheControl!.ToString().Contains("immutable", StringComparison.Ordinal));
            // An archive in which nothing matches is passed over.
            Assert.NotEmpty(IdsIn(document));
            walked.AddRange(IdsIn(document));
            next = LinkIn(document, "prev-archive");
        }

        await done.CancelAsync();
        await appending;
        Assert.Equal(walked.Count, walked.Distinct().Count());
        Assert.Equal(expected, walked.Where(expected.ToHashSet().Contains));

        async Task AppendAsync()
        {
            for (var n = 0; !done.IsCancellationRequested; n++)
                await _host.RecordAsync("NO", $"a lab {n}");
        }
    }

    [Fact]
    public async Task a_complete_archive_never_changes_and_is_read_once()
    {
        await FillAsync(2000);
        var current = (await ReadAsync(Subscription)).Document;
        var address = LinkIn(current, "prev-archive")!;
        var (archive, response) = await ReadAsync(address);
        Assert.Equal(1000, archive.Elements(Atom + "entry").Count());
        Assert.Equal(current.Element(Atom + "id")!.Value, archive.Element(Atom + "id")!.Value);
        Assert.Equal(Subscription, LinkIn(archive, "current"));
        Assert.Null(LinkIn(archive, "prev-archive"));

        await FillAsync(1);
        Assert.Equal(archive.ToString(), (await ReadAsync(address)).Document.ToString());
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(address, response.Headers.ETag!.ToString()));
        // Forward goes as well, to what is not complete yet: that is not to be kept.
        var second = (await ReadAsync(LinkIn(archive, "next-archive")!)).Document;
        var (third, latest) = await ReadAsync(LinkIn(second, "next-archive")!);
        Assert.Equal("no-store", latest.Headers.CacheControl!.ToString());
        Assert.Single(third.Elements(Atom + "entry"));
        Assert.Null(LinkIn(third, "next-archive"));
    }

    [Fact]
    public async Task the_current_document_is_sent_again_only_when_something_came()
    {
        await FillAsync(3);
        var before = (await ReadAsync($"{Subscription}?country=IS")).Response.Headers.ETag!.ToString();
        await _host.RecordAsync("NO", "a lab");
        // The provider that the fact names came with it.
        await _host.EntriesAsync(5);
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync($"{Subscription}?country=IS", before));
        await _host.RecordAsync("IS", "a lab");
        await _host.EntriesAsync(6);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync($"{Subscription}?country=IS", before));
    }

    [Fact]
    public async Task an_archive_that_there_is_not_is_refused()
    {
        await FillAsync(1500);
        var epoch = (await _host.Feed.HeadAsync(Cancellation)).Epoch;
        foreach (var none in (string[])["0", "3", "first", "99999999999999999999"])
            (await _host.GetAsync($"/v1/events/archive/{none}.atom")).IsProblem(Codes.NotFound);
        (await _host.GetAsync("/v1/events/archive/1.atom?epoch=ffff")).IsProblem(Codes.CursorEpoch);
        (await _host.GetAsync($"{Subscription}?contry=IS")).IsProblem(Codes.UnknownParameter);

        await _host.ScalarAsync("with gone as (delete from policy.feed where position <= 1000) update policy.feed_head set expired = 1000");
        (await _host.GetAsync($"/v1/events/archive/1.atom?epoch={epoch}")).IsProblem(Codes.CursorExpired);
        Assert.Null(LinkIn((await ReadAsync(Subscription)).Document, "prev-archive"));
    }

    /// <summary>Appends events to the feed, many at once, each with what a real one says.</summary>
    private async Task FillAsync(int count)
    {
        await _host.InsertAsync(count);
        await _host.ScalarAsync("""
            update policy.feed set event = '{"data": {"country": "IS", "provider": "OpenAI", "holder": "a lab", "occurred": "2024-05-01", "source": {"publisher": "Example Wire", "title": "A report"}, "tier": "B", "reviewed": false}}'
             where event like '%"pad"%'
            """);
    }

    private async Task<IReadOnlyList<string>> IdsAsync(string where)
    {
        await using var command = _host.Database.CreateCommand($"select event_id::text from policy.feed {where} order by position desc");
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        var ids = new List<string>();
        while (await rows.ReadAsync(Cancellation))
            ids.Add($"urn:uuid:{rows.GetString(0)}");
        return ids;
    }

    private async Task<(XElement Document, HttpResponseMessage Response)> ReadAsync(string address)
    {
        var response = await _host.Client.GetAsync(address, Cancellation);
        Assert.Equal((HttpStatusCode.OK, GetAtom.MediaType), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return (XDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).Root!, response);
    }

    private async Task<HttpStatusCode> StatusAsync(string address, string etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { { "If-None-Match", etag } } };
        using var response = await _host.Client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    private static IEnumerable<string> IdsIn(XElement document) => document.Elements(Atom + "entry").Select(entry => entry.Element(Atom + "id")!.Value);

    private static string? LinkIn(XElement element, string relation) =>
        element.Elements(Atom + "link").SingleOrDefault(link => link.Attribute("rel")?.Value == relation)?.Attribute("href")!.Value;
}
