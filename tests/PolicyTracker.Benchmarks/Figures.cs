namespace PolicyTracker.Benchmarks;

/// <summary>Times, of which the middle and the far end count; in milliseconds.</summary>
internal sealed class Figures(IEnumerable<TimeSpan> times)
{
    private readonly double[] _sorted = [.. times.Select(time => time.TotalMilliseconds).Order()];

    public double P50 => At(0.5);
    public double P99 => At(0.99);
    public double Most => At(1);

    public object[] Row(string what, Figures unit) => [what, $"{P50:0.0}", $"{P99:0.0}", $"{Most:0.0}", $"{P50 / unit.P50:0.00}", $"{P99 / unit.P99:0.00}"];

    private double At(double share) => _sorted[Math.Min(_sorted.Length - 1, (int)(share * _sorted.Length))];
}
