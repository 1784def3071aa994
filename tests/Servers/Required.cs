using Xunit;

namespace ExportConsortia.Servers;

/// <summary>What a test needs on the machine.</summary>
public static class Required
{
    /// <summary>
    /// PostgreSQL and RabbitMQ: if one is missing the test is skipped with the reason, but in CI (<c>CI=true</c>) it fails,
    /// so that no pipeline is green without its servers. Call it in a test or its constructor: a skip in a fixture counts as a failure,
    /// so a fixture checks <see cref="ServersAreThere"/> instead.
    /// </summary>
    public static void Servers() => Servers(Environment.GetEnvironmentVariable("CI") == "true", () => (Installed.Postgres, Installed.RabbitMq));

    /// <summary>The browser, by the same rule.</summary>
    public static void Chromium() => Servers(Environment.GetEnvironmentVariable("CI") == "true", () => Installed.Chromium);

    /// <summary>A run with <c>--thorough</c>: for tests that take minutes.</summary>
    public static void Thorough() => Assert.SkipUnless(RandomCases.Thorough, "Takes minutes: tests/run --thorough runs it.");

    /// <summary>A test that takes minutes takes turns with another one, often itself in the other shape, or with three others.</summary>
    public static void TurnOf(int one, int of = 2) =>
        Assert.SkipUnless(RandomCases.IsTurnOf(one, of), "Takes minutes, and is another run's turn: tests/run --thorough runs it always.");

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

    /// <summary>The rule itself, for its test.</summary>
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
