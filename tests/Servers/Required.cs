using Xunit;

namespace ExportConsortia.Servers;

/// <summary>What a test needs of the machine.</summary>
public static class Required
{
    /// <summary>
    /// PostgreSQL and RabbitMQ: where one is missing the test is skipped with the reason, but in CI (<c>CI=true</c>) it fails,
    /// so that a pipeline is never green for want of a server. For a test or its constructor: xunit takes a skip in a fixture for a failure,
    /// so a fixture asks <see cref="ServersAreThere"/> and starts nothing without them.
    /// </summary>
    public static void Servers() => Servers(Environment.GetEnvironmentVariable("CI") == "true", () => (Installed.Postgres, Installed.RabbitMq));

    /// <summary>Whether PostgreSQL and RabbitMQ are installed; in CI their absence is an exception.</summary>
    public static bool ServersAreThere()
    {
        try
        {
            Servers();
            return true;
        }
        catch (Xunit.Sdk.SkipException)
        {
            return false;
        }
    }

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
