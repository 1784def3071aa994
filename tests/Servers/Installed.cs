namespace ExportConsortia.Servers;

/// <summary>Servers installed from Debian packages.</summary>
public static class Installed
{
    /// <summary>The folder of PostgreSQL's programs, newest version.</summary>
    /// <exception cref="MissingServerException">PostgreSQL isn't installed.</exception>
    public static string Postgres => NewestPostgres()
        ?? throw new MissingServerException("PostgreSQL is missing: install Debian's package postgresql.");

    /// <summary>The folder of RabbitMQ's programs.</summary>
    /// <exception cref="MissingServerException">RabbitMQ isn't installed.</exception>
    public static string RabbitMq => File.Exists("/usr/lib/rabbitmq/bin/rabbitmq-server")
        ? "/usr/lib/rabbitmq/bin"
        : throw new MissingServerException("RabbitMQ is missing: install Debian's package rabbitmq-server.");

    /// <summary>The browser.</summary>
    /// <exception cref="MissingServerException">Chromium isn't installed.</exception>
    public static string Chromium => File.Exists("/usr/bin/chromium")
        ? "/usr/bin/chromium"
        : throw new MissingServerException("Chromium is missing: install Debian's packages chromium and fonts-noto-core.");

    /// <summary>The browser's arguments: it needs no graphics card, and asks for nothing by itself.</summary>
    public static IReadOnlyList<string> ChromiumArguments { get; } =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-dev-shm-usage",
    ];

    private static string? NewestPostgres() => !Directory.Exists("/usr/lib/postgresql")
        ? null
        : Directory.GetDirectories("/usr/lib/postgresql")
            .Where(version => int.TryParse(Path.GetFileName(version), out _) && File.Exists(Path.Combine(version, "bin", "initdb")))
            .OrderBy(version => int.Parse(Path.GetFileName(version), System.Globalization.CultureInfo.InvariantCulture))
            .Select(version => Path.Combine(version, "bin"))
            .LastOrDefault();
}

/// <summary>A server that a test needs is not installed; the message says which and how to install it.</summary>
public sealed class MissingServerException(string message) : Exception(message);
