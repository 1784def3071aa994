using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace ExportConsortia.Platform.Http;

/// <summary>This process: one of the replicas of a service, or of the gateway.</summary>
public static class Replica
{
    /// <summary>Its machine (in a cluster the pod) and process id.</summary>
    public static string Name { get; } = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}:{Environment.ProcessId}");

    /// <summary>When it was started, UTC.</summary>
    public static DateTime StartedAt { get; } = ReadStart();

    /// <summary>The version that a program was built as, with the commit where the build knows it.</summary>
    public static string VersionOf(Assembly program) =>
        program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private static DateTime ReadStart()
    {
        using var process = Process.GetCurrentProcess();
        return process.StartTime.ToUniversalTime();
    }
}
