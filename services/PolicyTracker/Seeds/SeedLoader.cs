using PolicyTracker.Recording;
using PolicyTracker.Snapshots;
using PolicyTracker.Views;

namespace PolicyTracker.Seeds;

/// <summary>Gives the folder of seeds to the record at every start. What was given before is left as it stands now.</summary>
public sealed partial class SeedLoader(Ledger ledger, AdoptMethod method, IServiceProvider services, TimeProvider clock, IConfiguration configuration, ILogger<SeedLoader> logger) : BackgroundService
{
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SeedFiles? _files;

    /// <summary>Ends when the record holds the seeds, or when none are asked for.</summary>
    public Task Loaded => _loaded.Task;

    /// <exception cref="SeedException">A seed file is broken; the service does not start.</exception>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration.GetValue("PolicyTracker:Seeds", true))
        {
            var folder = configuration["PolicyTracker:SeedsDirectory"] is { Length: > 0 } given ? given : Path.Combine(AppContext.BaseDirectory, "seeds");
            _files = SeedFiles.Read(folder, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LoadAsync(stoppingToken);
            _loaded.SetResult();
        }
        catch
        {
            // The host stops for a service that failed; whoever started it is to learn that it did not end well.
            Environment.ExitCode = 1;
            throw;
        }
    }

    private async Task LoadAsync(CancellationToken stoppingToken)
    {
        if (_files is not null)
        {
            await method.Adopted.WaitAsync(stoppingToken);
            var loaded = await LoadSeeds.LoadAsync(ledger, _files, stoppingToken);
            foreach (var row in loaded.Kept)
                RecordStands(Path.GetFileName(row.File), row.Number);
            // Whoever asks once the service says that it is ready reads the seeds, and not what was before them.
            await AtLeast.WaitAsync(services, loaded.Sequence, Timeout.InfiniteTimeSpan, stoppingToken);
            SeedsLoaded(_files.Facts.Count, _files.Measures.Count, _files.Providers.Count, _files.Models.Count, loaded.New);
        }
    }

    [LoggerMessage(LogLevel.Information, "Seeds: {Facts} facts, {Measures} measures, {Providers} providers, {Models} models ({New} new)")]
    private partial void SeedsLoaded(int facts, int measures, int providers, int models, int @new);

    [LoggerMessage(LogLevel.Warning, "Seeds: the record says something else than {File}, row {Row}, and stands")]
    private partial void RecordStands(string file, int row);
}
