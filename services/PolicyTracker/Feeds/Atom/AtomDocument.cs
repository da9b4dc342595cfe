using System.ServiceModel.Syndication;
using System.Text;
using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http.Extensions;

namespace PolicyTracker.Feeds.Atom;

/// <summary>The addresses of the documents of one filter.</summary>
internal sealed record AtomLinks(QueryBuilder Filter, string Epoch)
{
    public string Current => $"/v1/events.atom{Filter.ToQueryString()}";

    public string Archive(long number) => $"/v1/events/archive/{number}.atom{Filter.ToQueryString().Add("epoch", Epoch)}";
}

/// <summary>The feed in Atom (RFC 4287), the newest event first.</summary>
internal static class AtomDocument
{
    private const string Scheme = "policytracker:";
    private const string History = "http://purl.org/syndication/history/1.0";

    public static byte[] Current(AtomLinks links, IReadOnlyList<FeedEntry> entries, long? previous) => Write(Feed(links, links.Current, entries, previous));

    /// <param name="complete">Whether nothing can come to it any more.</param>
    public static byte[] Archive(AtomLinks links, long number, IReadOnlyList<FeedEntry> entries, long? previous, bool complete)
    {
        var feed = Feed(links, links.Archive(number), entries, previous);
        feed.Links.Add(Link("current", links.Current));
        if (complete)
            feed.Links.Add(Link("next-archive", links.Archive(number + 1)));
        feed.ElementExtensions.Add("archive", History, "");
        return Write(feed);
    }

    private static SyndicationFeed Feed(AtomLinks links, string self, IReadOnlyList<FeedEntry> entries, long? previous)
    {
        var feed = new SyndicationFeed
        {
            // The same of all documents of a filter: they are one feed.
            Id = $"{Scheme}{links.Current}",
            Title = new TextSyndicationContent("PolicyTracker"),
            LastUpdatedTime = entries.Count == 0 ? DateTimeOffset.UnixEpoch : entries.Max(entry => entry.RecordedAt),
            Authors = { new SyndicationPerson { Name = "PolicyTracker" } },
            Links = { Link("self", self) },
            Items = [.. entries.Reverse().Select(Item)],
        };
        if (previous is { } number)
            feed.Links.Add(Link("prev-archive", links.Archive(number)));
        return feed;
    }

    private static SyndicationItem Item(FeedEntry entry)
    {
        using var json = JsonDocument.Parse(entry.Json);
        var says = Sentence.Of(json.RootElement.GetProperty("data").Deserialize(PublicEvents.ByName[entry.Type], Json.Options)!, entry.Stream);
        var item = new SyndicationItem
        {
            Id = $"urn:uuid:{entry.Id}",
            Title = new TextSyndicationContent($"{entry.Type.Replace('_', ' ')}{(entry.Countries.Count == 0 ? "" : $" ({string.Join(", ", entry.Countries)})")}"),
            Summary = new TextSyndicationContent(Xml(says)),
            LastUpdatedTime = entry.RecordedAt,
            Links = { new SyndicationLink(new Uri($"/v1/events/{entry.Id}", UriKind.Relative), "alternate", null, FeedEvent.MediaType, 0) },
            Categories = { new SyndicationCategory(entry.Type, $"{Scheme}/v1/event-types", null) },
        };
        foreach (var country in entry.Countries)
            item.Categories.Add(new SyndicationCategory(country, $"{Scheme}/v1/countries", Countries.Name(country)));
        return item;
    }

    // A text that JSON carries may hold characters that XML has no way to write.
    private static string Xml(string text) => string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) || char.IsSurrogate(c) ? c : '\uFFFD'));

    private static SyndicationLink Link(string relation, string address) => new(new Uri(address, UriKind.Relative), relation, null, GetAtom.MediaType, 0);

    private static byte[] Write(SyndicationFeed feed)
    {
        using var document = new MemoryStream();
        using (var writer = XmlWriter.Create(document, new XmlWriterSettings { Encoding = new UTF8Encoding(false) }))
            feed.SaveAsAtom10(writer);
        return document.ToArray();
    }
}
