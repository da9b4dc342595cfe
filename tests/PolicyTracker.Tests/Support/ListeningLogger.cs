using Microsoft.Extensions.Logging;

namespace PolicyTracker.Tests.Support;

/// <summary>Keeps what is logged and lets a test wait for it.</summary>
public sealed class ListeningLogger : ILogger
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Part, TaskCompletionSource Heard)> _waiting = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    /// <summary>Ends with the first line, past or to come, that contains the text.</summary>
    public Task HearAsync(string part)
    {
        lock (_gate)
        {
            if (_lines.Exists(line => line.Contains(part, StringComparison.Ordinal)))
                return Task.CompletedTask;
            var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((part, heard));
            return heard.Task;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var line = formatter(state, exception);
        lock (_gate)
        {
            _lines.Add(line);
            foreach (var (_, heard) in _waiting.Where(wait => line.Contains(wait.Part, StringComparison.Ordinal)))
                heard.TrySetResult();
        }
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}
