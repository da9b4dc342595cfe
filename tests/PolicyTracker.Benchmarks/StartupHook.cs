using System.Runtime.InteropServices;

#pragma warning disable MA0047, CA1050 // The runtime looks for it in no namespace.
/// <summary>Runs within the service that is measured: on SIGUSR2 it tells how large the managed heap is once what is garbage is collected.</summary>
internal static class StartupHook
{
    public const string Variable = "DOTNET_STARTUP_HOOKS", Told = "Managed heap: ";

    private const PosixSignal User2 = (PosixSignal)12;
    private static PosixSignalRegistration? _registration;

    public static void Initialize() => _registration = PosixSignalRegistration.Create(User2, asked =>
    {
        asked.Cancel = true;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        Console.WriteLine($"{Told}{GC.GetTotalMemory(forceFullCollection: true)}");
    });
}
