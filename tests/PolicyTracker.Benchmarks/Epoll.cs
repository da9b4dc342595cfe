using System.Runtime.InteropServices;

namespace PolicyTracker.Benchmarks;

/// <summary>Linux's own way to watch thousands of sockets with one thread: the client must not cost what the servers are measured by.</summary>
internal static unsafe partial class Epoll
{
    public const uint Readable = 1;

    private const int Add = 1, Remove = 2;
    private const int DontWait = 0x40;

    /// <summary>What the kernel tells of one socket; on x86-64 without padding.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    public struct Ready
    {
        public uint Events;
        public ulong Tag;
    }

    public static int Create() => Checked(epoll_create1(0));

    public static void Watch(int epoll, int socket, int tag)
    {
        var ready = new Ready { Events = Readable, Tag = (ulong)tag };
        Checked(epoll_ctl(epoll, Add, socket, &ready));
    }

    public static void Forget(int epoll, int socket) => epoll_ctl(epoll, Remove, socket, null);

    public static int Wait(int epoll, Span<Ready> ready, int milliseconds)
    {
        fixed (Ready* first = ready)
            return epoll_wait(epoll, first, ready.Length, milliseconds);
    }

    /// <returns>How many bytes were there; 0 when the connection has ended, less when it failed.</returns>
    public static int Receive(int socket, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
            return (int)recv(socket, first, buffer.Length, DontWait);
    }

    private static int Checked(int result) => result >= 0 ? result : throw new IOException($"epoll failed with error {Marshal.GetLastPInvokeError()}.");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int socket, Ready* ready);

    [LibraryImport("libc")]
    private static partial int epoll_wait(int epoll, Ready* ready, int most, int milliseconds);

    [LibraryImport("libc")]
    private static partial nint recv(int socket, byte* buffer, nint length, int flags);
}
