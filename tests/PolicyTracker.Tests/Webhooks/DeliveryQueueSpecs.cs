using CsCheck;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

/// <summary>Whatever is read, fails, is too large or is lost with its node, in whichever order: what the decision what to send next holds to.</summary>
public sealed class DeliveryQueueSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<(Ordering, int MostInFlight, int MostEvents, int Wait, int[] Steps)> Runs =
        Gen.Select(Gen.Enum<Ordering>(), Gen.Int[1, 10], Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int[0, 1_000_000].Array[20, 200]);

    [Fact]
    public void whatever_happens_the_promises_hold() => Runs.Sample(run =>
    {
        var node = new Node(new DeliveryRules(run.Item1, run.MostInFlight, run.MostEvents, TimeSpan.FromMinutes(run.Wait)));
        foreach (var step in run.Steps)
            node.Take(step);
        node.Drain();
    }, iter: 5_000);

    [Fact]
    public void a_message_that_waits_holds_up_what_its_order_says_and_nothing_else()
    {
        Assert.Equal([], SentBehindFailure(Ordering.Strict));
        Assert.Equal([2L, 3], SentBehindFailure(Ordering.Keyed));
        Assert.Equal([2L, 3, 4], SentBehindFailure(Ordering.None));

        // The first of four events has failed; the fourth has its key.
        static IEnumerable<long> SentBehindFailure(Ordering ordering)
        {
            var rules = new DeliveryRules(ordering, 8, 1, TimeSpan.Zero);
            var first = DeliveryQueue.At(0).Read([new FreshEvent(1, "a", Now)], 1).Next(rules, 8, Now);
            var waiting = first.Queue.Again(Assert.Single(first.Sends), 1, Now.AddHours(1)).Read([new(2, "b", Now), new(3, "c", Now), new(4, "a", Now)], 4);
            var plan = waiting.Next(rules, 8, Now);
            Assert.Equal(0, plan.Queue.Cursor);
            Assert.Equal(Now.AddHours(1), plan.Wake);
            return plan.Sends.SelectMany(parcel => parcel.Positions);
        }
    }

    [Fact]
    public void a_message_waits_for_its_events_as_long_as_it_may()
    {
        var rules = new DeliveryRules(Ordering.Strict, 1, 3, TimeSpan.FromMinutes(1));
        var two = DeliveryQueue.At(0).Read([new(1, "a", Now), new(2, "b", Now)], 2);
        Assert.Equal((0, Now.AddMinutes(1), true), (two.Next(rules, 1, Now).Sends.Count, two.Next(rules, 1, Now).Wake!.Value, two.Next(rules, 1, Now).Starved));
        Assert.Equal([1L, 2], Assert.Single(two.Next(rules, 1, Now.AddMinutes(1)).Sends).Positions);
        Assert.Equal([1L, 2, 3], Assert.Single(two.Read([new(3, "a", Now), new(4, "b", Now)], 4).Next(rules, 1, Now).Sends).Positions);
    }

    [Fact]
    public void nothing_is_sent_where_there_is_no_room_and_no_more_is_read_than_is_held()
    {
        var rules = new DeliveryRules(Ordering.None, 8, 1, TimeSpan.Zero);
        var full = DeliveryQueue.At(0).Read(Enumerable.Range(1, DeliveryQueue.MostUnfinished).Select(n => new FreshEvent(n, $"{n}", Now)), DeliveryQueue.MostUnfinished);
        Assert.Empty(full.Next(rules, 0, Now).Sends);
        Assert.Equal(3, full.Next(rules, 3, Now).Sends.Count);
        Assert.False(full.Next(rules, 8, Now).Starved);
        Assert.True(DeliveryQueue.At(0).Next(rules, 8, Now).Starved);
    }

    [Fact]
    public void the_feed_is_read_only_so_far_beyond_what_fails()
    {
        var rules = new DeliveryRules(Ordering.None, 8, 1, TimeSpan.Zero);
        var failing = DeliveryQueue.At(4).With([new Parcel([5], "a", 1, Now.AddHours(1))]);
        Assert.True(failing.Read([], 4 + DeliveryQueue.MostAhead - 1).Next(rules, 8, Now).Starved);
        Assert.False(failing.Read([], 4 + DeliveryQueue.MostAhead).Next(rules, 8, Now).Starved);
    }

    /// <summary>A node that serves one subscription, and what the database keeps when it is lost.</summary>
    private sealed class Node(DeliveryRules rules)
    {
        private const int Events = 40, MostFailures = 3, MostEvents = 4;

        private readonly HashSet<long> _done = [];
        private readonly Dictionary<long, Parcel> _waiting = [];
        private HashSet<long> _known = [];
        private DeliveryQueue _queue = DeliveryQueue.At(0);
        private DeliveryRules _rules = rules;
        private DateTimeOffset _now = Now;
        private long _cursor;

        public void Take(int step)
        {
            var what = step / 10;
            switch (step % 10)
            {
                case 0 or 1:
                    Read(what % 5 + 1);
                    break;
                case 2:
                    _now += TimeSpan.FromMinutes(what % 90);
                    break;
                case 3 when what % 4 == 0:
                    Lose();
                    break;
                case 3 or 4 or 5:
                    Send();
                    break;
                case var how when _queue.InFlight.Count > 0:
                    End(_queue.InFlight[what % _queue.InFlight.Count], how - 6);
                    break;
            }
        }

        /// <summary>From now on all goes well: then everything is delivered or parked.</summary>
        public void Drain()
        {
            for (var round = 0; _queue.Cursor < Events; round++)
            {
                Assert.True(round <= Events, "It comes to no end.");
                Read(Events);
                _now += TimeSpan.FromHours(1);
                Send();
                if (_queue.InFlight is [.., var last])
                    End(last, 0);
            }

            Assert.Equal(Events, _done.Count);
        }

        private void Read(int count)
        {
            var scanned = Math.Min(Events, _queue.Scanned + count);
            _queue = _queue.Read(
                from position in Enumerable.Range(0, Events + 1).Select(n => (long)n)
                where position > _queue.Scanned && position <= scanned && !_known.Contains(position)
                select new FreshEvent(position, KeyOf(position), _now), scanned);
        }

        private void Send()
        {
            var before = _queue.InFlight.SelectMany(parcel => parcel.Positions).ToHashSet();
            var plan = _queue.Next(_rules, 100, _now);
            _queue = plan.Queue;
            foreach (var parcel in plan.Sends)
            {
                Assert.Equal(parcel.Positions.Order().Distinct(), parcel.Positions);
                Assert.InRange(parcel.Positions.Length, 1, MostEvents);
                Assert.All(parcel.Positions, position => Assert.True(before.Add(position) && !_done.Contains(position), $"{position} was sent, or is done, already."));
                var mustBeDone = Enumerable.Range(1, Events).Select(n => (long)n).Where(n => n < parcel.Last && !parcel.Positions.Contains(n)
                    && (_rules.Ordering == Ordering.Strict || (_rules.Ordering == Ordering.Keyed && KeyOf(n) == KeyOf(parcel.First))));
                Assert.All(mustBeDone, n => Assert.True(_done.Contains(n), $"{parcel.Last} overtakes {n}."));
                if (_rules.Ordering == Ordering.Keyed)
                    Assert.All(parcel.Positions, position => Assert.Equal(KeyOf(parcel.First), KeyOf(position)));
            }

            Assert.InRange(_queue.InFlight.Count, 0, _rules.Capacity);
            AssertCursor();
        }

        private void End(Parcel parcel, int how)
        {
            foreach (var position in parcel.Positions)
                _waiting.Remove(position);
            if (how == 3 && parcel.Positions.Length > 1)
            {
                _queue = _queue.Split(parcel);
                _rules = _rules with { MostEvents = parcel.Positions.Length / 2 };
            }
            else if (how == 0 || parcel.Failures == MostFailures)
            {
                _queue = _queue.Done(parcel);
                _done.UnionWith(parcel.Positions);
            }
            else
            {
                _queue = _queue.Again(parcel, parcel.Failures + 1, _now.AddMinutes(20));
                _waiting[parcel.First] = _queue.Waiting[^1];
            }

            AssertCursor();
        }

        /// <summary>Another node takes over with what is in the database: what was on its way is sent again.</summary>
        private void Lose()
        {
            _known = [.. _done, .. _waiting.Values.SelectMany(parcel => parcel.Positions)];
            _queue = DeliveryQueue.At(_cursor).With(_waiting.Values);
        }

        private void AssertCursor()
        {
            Assert.True(_queue.Cursor >= _cursor, "The cursor went back.");
            _cursor = _queue.Cursor;
            Assert.All(Enumerable.Range(1, (int)_cursor), position => Assert.True(_done.Contains(position), $"The cursor has passed {position}."));
        }

        private static string KeyOf(long position) => $"key {position % 3}";
    }
}
