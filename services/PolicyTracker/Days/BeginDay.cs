using Npgsql;
using PolicyTracker.Recording;

namespace PolicyTracker.Days;

/// <summary>Begin a day. Whichever node is first appends the event; for the others it holds already.</summary>
public sealed record BeginDay(DateOnly Date)
{
    /// <summary>The days to begin: today alone at the very first start, else every day since the last one.</summary>
    public static IEnumerable<DateOnly> Missed(DateOnly? last, DateOnly today)
    {
        for (var date = last?.AddDays(1) ?? today; date <= today; date = date.AddDays(1))
            yield return date;
    }
}

public static class BeginDayHandler
{
    public static async Task<ForgetAnswers> Handle(BeginDay command, Ledger ledger, CancellationToken cancellation)
    {
        await ledger.WriteAsync(null, async draft =>
        {
            var stream = DayBegan.Stream(command.Date);
            if ((await draft.ReadLockedAsync(stream)).Count == 0)
                draft.Start<DayBegan>(stream, new DayBegan(command.Date));
            return new Answer(StatusCodes.Status200OK, command);
        }, cancellation);
        return new ForgetAnswers();
    }
}

/// <summary>Forget the kept answers whose time is over: once a day is often enough.</summary>
public sealed record ForgetAnswers;

public static class ForgetAnswersHandler
{
    public static Task Handle(ForgetAnswers command, NpgsqlDataSource database, TimeProvider clock, CancellationToken cancellation) =>
        KeptAnswers.ForgetAsync(database, clock.GetUtcNow(), cancellation);
}
