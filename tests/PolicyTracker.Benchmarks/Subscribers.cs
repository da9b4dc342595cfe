using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PolicyTracker.Benchmarks;

/// <summary>
/// Many readers of one stream on one thread. Each event that is published for them holds one mark, a byte that stands nowhere else in the stream: it is
/// counted and the rest thrown away. The nth mark of a reader is the nth event.
/// </summary>
internal sealed class Subscribers : IDisposable
{
    public const char Mark = '^';

    private readonly int _epoll = Epoll.Create();
    private readonly Socket[] _sockets;
    private readonly int[] _received;
    private readonly Thread _reader;
    private long[] _arrivals = [];
    private long _delivered, _reads, _bytes;
    private int _lost;
    private volatile bool _stopping;

    private Subscribers(int count)
    {
        (_sockets, _received) = (new Socket[count], new int[count]);
        _reader = new Thread(Read) { IsBackground = true, Name = "subscribers" };
    }

    public int Count => _sockets.Length;
    /// <summary>How many marks all readers have had.</summary>
    public long Delivered => Volatile.Read(ref _delivered);
    /// <summary>How many times a reader found something to read.</summary>
    public long Reads => Volatile.Read(ref _reads);
    public long Bytes => Volatile.Read(ref _bytes);
    /// <summary>How many connections ended while they were read.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>Connects readers, each of which has been answered when this ends.</summary>
    /// <param name="until">What the last part of the answer's beginning holds.</param>
    public static Subscribers Connect(Uri stream, int count, string until)
    {
        var subscribers = new Subscribers(count);
        var request = Encoding.ASCII.GetBytes($"GET {stream.PathAndQuery} HTTP/1.1\r\nHost: {stream.Authority}\r\nAccept: text/event-stream\r\n\r\n");
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i => subscribers.Open(i, stream, request, until));
        for (var i = 0; i < count; i++)
            Epoll.Watch(subscribers._epoll, (int)subscribers._sockets[i].Handle, i);
        subscribers._reader.Start();
        return subscribers;
    }

    /// <summary>Keeps from now on when each of the next events arrived at each reader.</summary>
    /// <returns>For each event, one after the other, the timestamps of all readers; 0 where it has not arrived.</returns>
    public long[] KeepArrivals(int events)
    {
        Array.Clear(_received);
        return _arrivals = new long[events * Count];
    }

    /// <summary>Waits until all readers together have had so many marks.</summary>
    /// <returns>Whether they had them in time.</returns>
    public async Task<bool> DeliveredAsync(long marks, TimeSpan longest)
    {
        var watch = Stopwatch.StartNew();
        while (Delivered < marks && watch.Elapsed < longest)
            await Task.Delay(1);
        return Delivered >= marks;
    }

    public void Dispose()
    {
        _stopping = true;
        if (_reader.IsAlive)
            _reader.Join();
        foreach (var socket in _sockets)
            socket?.Dispose();
        using var epoll = new Microsoft.Win32.SafeHandles.SafeFileHandle(_epoll, ownsHandle: true);
    }

    private void Open(int subscriber, Uri stream, byte[] request, string until)
    {
        var socket = _sockets[subscriber] = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000 };
        socket.Connect(IPAddress.Parse(stream.Host), stream.Port);
        socket.Send(request);
        var (buffer, read) = (new byte[8192], 0);
        while (buffer.AsSpan(0, read).IndexOf(Encoding.ASCII.GetBytes(until)) < 0)
            read += socket.Receive(buffer, read, buffer.Length - read, SocketFlags.None) is > 0 and var more ? more : throw new IOException($"Refused: {Encoding.ASCII.GetString(buffer, 0, read)}");
        Interlocked.Add(ref _delivered, buffer.AsSpan(0, read).Count((byte)Mark));
    }

    private void Read()
    {
        var buffer = new byte[256 * 1024];
        var ready = new Epoll.Ready[256];
        while (!_stopping)
        {
            var count = Epoll.Wait(_epoll, ready, 100);
            for (var i = 0; i < count; i++)
                Read((int)ready[i].Tag, buffer);
        }
    }

    private void Read(int subscriber, byte[] buffer)
    {
        var read = Epoll.Receive((int)_sockets[subscriber].Handle, buffer);
        if (read <= 0)
        {
            Epoll.Forget(_epoll, (int)_sockets[subscriber].Handle);
            Volatile.Write(ref _lost, _lost + 1);
            return;
        }

        var marks = buffer.AsSpan(0, read).Count((byte)Mark);
        if (marks > 0 && _arrivals is { Length: > 0 } arrivals)
            for (var i = 0; i < marks && _received[subscriber] < arrivals.Length / Count; i++)
                arrivals[_received[subscriber]++ * Count + subscriber] = Stopwatch.GetTimestamp();
        Volatile.Write(ref _reads, _reads + 1);
        Volatile.Write(ref _bytes, _bytes + read);
        Volatile.Write(ref _delivered, _delivered + marks);
    }
}
