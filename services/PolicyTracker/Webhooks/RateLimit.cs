namespace PolicyTracker.Webhooks;

/// <summary>Spaces the messages of one subscription out evenly.</summary>
/// <param name="perMinute">How many at most; null for no limit.</param>
internal sealed class RateLimit(int? perMinute, TimeProvider clock)
{
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>When the next may be sent; null when it is now.</summary>
    public DateTimeOffset? Next => _next > clock.GetUtcNow() ? _next : null;

    /// <summary>How many may be on their way, where there is room for so many and so many are already.</summary>
    public int Of(int room, int inFlight) => perMinute is null ? room : Math.Min(room, Next is null ? inFlight + 1 : inFlight);

    public void Sent()
    {
        if (perMinute is { } rate)
            _next = clock.GetUtcNow() + TimeSpan.FromMinutes(1) / rate;
    }
}
