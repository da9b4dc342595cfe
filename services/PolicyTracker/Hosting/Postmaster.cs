using System.ComponentModel;
using System.Diagnostics;

namespace PolicyTracker.Hosting;

/// <summary>The main process of a PostgreSQL server.</summary>
internal static class Postmaster
{
    /// <summary>The process that a cluster's <c>postmaster.pid</c> names, running or not; null without the file.</summary>
    /// <param name="data">The cluster's folder.</param>
    public static (int Id, DateTimeOffset StartedAt)? Named(string data)
    {
        var file = Path.Combine(data, "postmaster.pid");
        var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
        return lines.Length > 2 && int.TryParse(lines[0], out var id) && long.TryParse(lines[2], out var seconds)
            ? (id, DateTimeOffset.FromUnixTimeSeconds(seconds))
            : null;
    }

    /// <summary>Whether a process is a live PostgreSQL server.</summary>
    /// <param name="startedAt">When the server started, if that is to be checked: after a reboot its number can be that of another server.</param>
    public static bool IsRunning(int id, DateTimeOffset? startedAt = null)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.ProcessName == "postgres" && !IsZombie(id)
                && (startedAt is null || (new DateTimeOffset(process.StartTime) - startedAt.Value).Duration() < TimeSpan.FromMinutes(1));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }

    /// <summary>In a container whose first process does not collect orphans, a killed server stays in the process table.</summary>
    private static bool IsZombie(int id)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[stat.LastIndexOf(')') + 2] == 'Z';
        }
        catch (IOException)
        {
            return true;
        }
    }
}
