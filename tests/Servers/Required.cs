using Xunit;

namespace ExportConsortia.Servers;

/// <summary>What a test needs of the machine.</summary>
public static class Required
{
    /// <summary>
    /// PostgreSQL and RabbitMQ: where one is missing the test is skipped with the reason, but in CI (<c>CI=true</c>) it fails,
    /// so that a pipeline is never green for want of a server.
    /// </summary>
    public static void Servers() => Servers(Environment.GetEnvironmentVariable("CI") == "true", () => (Installed.Postgres, Installed.RabbitMq));

    /// <summary>The rule itself, with its two facts given.</summary>
    internal static void Servers(bool inCI, Func<object> find)
    {
        try
        {
            find();
        }
        catch (MissingServerException missing) when (!inCI)
        {
            Assert.Skip(missing.Message);
        }
    }
}
