using Microsoft.Extensions.Logging;
using Xunit;

namespace PolicyTracker.Tests.Support;

/// <summary>Adds to the output of the test that is running what a service in this process warns of: it tells why a test fails.</summary>
internal sealed class TestLog(ITestOutputHelper output) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Lines(output);

    public void Dispose()
    {
    }

    private sealed class Lines(ITestOutputHelper output) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            try
            {
                output.WriteLine($"{logLevel}: {formatter(state, exception)} {exception}");
            }
            catch (InvalidOperationException)
            {
                // The test has ended before its service.
            }
        }
    }
}
