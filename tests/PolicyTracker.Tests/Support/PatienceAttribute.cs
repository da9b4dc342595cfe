using System.Collections.Concurrent;
using System.Reflection;
using PolicyTracker.Tests.Support;
using Xunit;
using Xunit.v3;

[assembly: Patience]

namespace PolicyTracker.Tests.Support;

/// <summary>No test waits for ever: one that takes too long is cancelled and fails; one that does not heed that ends the run, which then tells its name.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class PatienceAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(6), Grace = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, Timer> _running = new();

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        var (context, name, cancelled) = (TestContext.Current, test.TestDisplayName, false);
        _running[test.UniqueID] = new Timer(_ =>
        {
            if (cancelled)
                Environment.FailFast($"{name} did not end.");
            cancelled = true;
            context.TestOutputHelper?.WriteLine($"It was cancelled after {Longest.TotalMinutes} minutes.");
            context.CancelCurrentTest();
        }, null, Longest, Grace);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (_running.TryRemove(test.UniqueID, out var timer))
            timer.Dispose();
    }
}
