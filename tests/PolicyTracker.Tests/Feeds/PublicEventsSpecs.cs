using PolicyTracker.Feeds;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

public sealed class PublicEventsSpecs
{
    [Fact]
    public void every_event_type_is_either_public_or_internal()
    {
        var types = WireNames.Under(typeof(object));
        Assert.NotEmpty(PublicEvents.Internal);
        Assert.Empty(PublicEvents.Names.Intersect(PublicEvents.Internal.Select(WireNames.Of)));
        Assert.Equal(types.Keys, PublicEvents.Names.Concat(PublicEvents.Internal.Select(WireNames.Of)).Order(StringComparer.Ordinal));
    }
}
