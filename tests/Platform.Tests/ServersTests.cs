using System.Diagnostics;
using Npgsql;
using RabbitMQ.Client;
using Xunit.Sdk;

namespace ExportConsortia.Platform.Tests;

/// <summary>What the distributed tests stand on: servers that keep what was confirmed, and leave nothing behind.</summary>
public sealed class ServersTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostgreSQL_keeps_its_rows_over_a_restart_and_a_kill_and_leaves_nothing()
    {
        Required.Servers();
        var clock = Stopwatch.StartNew();
        var postgres = await PostgresServer.Launch();
        output.WriteLine($"PostgreSQL, new: {clock.ElapsedMilliseconds} ms");
        await using (postgres)
        {
            await using var database = NpgsqlDataSource.Create(await postgres.CreateDatabase("allocation"));
            await Execute(database, "CREATE TABLE kept (word text)");
            await Execute(database, "INSERT INTO kept VALUES ('restarted')");

            clock.Restart();
            await postgres.Restart();
            output.WriteLine($"PostgreSQL, restart: {clock.ElapsedMilliseconds} ms");
            await Eventually.Holds("a pooled connection works again", () => Execute(database, "INSERT INTO kept VALUES ('killed')"));

            await postgres.Kill();
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => Execute(database, "SELECT 1"));
            await postgres.Start();
            await Eventually.Holds("a pooled connection works again", () => Execute(database, "SELECT 1"));
            await using var words = database.CreateCommand("SELECT string_agg(word, ' ' ORDER BY word) FROM kept");
            Assert.Equal("killed restarted", await words.ExecuteScalarAsync(Cancel));
        }

        Assert.False(Directory.Exists(postgres.Folder));
        Assert.Empty(ProcessesIn(postgres.Folder));
    }

    [Fact]
    public async Task RabbitMQ_keeps_a_confirmed_message_over_a_stop_and_a_kill_and_leaves_nothing()
    {
        Required.Servers();
        var clock = Stopwatch.StartNew();
        var rabbit = await RabbitMqServer.Launch();
        output.WriteLine($"RabbitMQ, new: {clock.ElapsedMilliseconds} ms");
        await using (rabbit)
        {
            await Publish(rabbit, "before the stop");
            clock.Restart();
            await rabbit.Stop();
            output.WriteLine($"RabbitMQ, stop: {clock.ElapsedMilliseconds} ms");
            clock.Restart();
            await rabbit.Start();
            output.WriteLine($"RabbitMQ, start with data: {clock.ElapsedMilliseconds} ms");

            await Publish(rabbit, "before the kill");
            await rabbit.Kill();
            await rabbit.Start();

            await Eventually.Holds(
                "the queue has both messages",
                async () => (await rabbit.Ctl("list_queues", "name", "messages")).Contains("kept\t2", StringComparison.Ordinal));
            await using var connection = await Connect(rabbit);
            await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancel);
            Assert.Equal(["before the stop", "before the kill"], [await Get(channel), await Get(channel)]);
        }

        Assert.False(Directory.Exists(rabbit.Folder));
        Assert.Empty(ProcessesIn(rabbit.Folder));
    }

    [Fact]
    public async Task Two_servers_of_a_kind_live_side_by_side()
    {
        Required.Servers();
        await using var one = await PostgresServer.Launch(fsync: true);
        await using var other = await PostgresServer.Launch();
        Assert.NotEqual(one.Port, other.Port);
        Assert.NotEqual(await one.CreateDatabase("allocation"), await other.CreateDatabase("allocation"));
    }

    [Fact]
    public async Task A_server_ends_with_the_process_that_started_it()
    {
        if (Environment.GetEnvironmentVariable("EXPORTCONSORTIA_TESTS_ORPHAN") == "yes")
        {
            await using var here = await DataFolder.Create("orphan-child");
            using var child = await ChildProcess.Start(
            here, Path.Combine(here.Path, "child.log"), Signal.Kill, new Dictionary<string, string?>(), "sleep", "600");
            await Task.Delay(Timeout.Infinite, Cancel);   // until killed by the run below
        }

        // This test, run once more in a process of its own that is killed.
        await using var folder = await DataFolder.Create("orphan");
        using var run = await ChildProcess.Start(
            folder, Path.Combine(folder.Path, "run.log"), Signal.Kill,
            new Dictionary<string, string?> { ["EXPORTCONSORTIA_TESTS_ORPHAN"] = "yes", ["TMPDIR"] = folder.Path },
            "dotnet", typeof(ServersTests).Assembly.Location, "-method", $"*.{nameof(A_server_ends_with_the_process_that_started_it)}");
        await Eventually.Holds("the run has a child", () => folder.Processes().Any(process => process != run.Id));

        await run.End(Signal.Kill);

        await Eventually.Holds("the child has followed", () => folder.Processes().Count == 0, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_never_comes_is_told_with_its_description_and_the_last_failure()
    {
        var late = await Assert.ThrowsAsync<TimeoutException>(() => Eventually.Holds(
            "the order is allocated", Task<bool> () => throw new InvalidOperationException("still Received"), TimeSpan.FromMilliseconds(50)));

        Assert.Contains("the order is allocated", late.Message, StringComparison.Ordinal);
        Assert.Contains("still Received", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_server_skips_a_test_at_home_and_fails_it_in_CI()
    {
        static object Missing() => throw new MissingServerException("RabbitMQ is missing: install Debian's package rabbitmq-server.");

        Assert.Throws<MissingServerException>(() => Required.Servers(inCI: true, Missing));
        try
        {
            Required.Servers(inCI: false, Missing);
            Assert.Fail("It went on without the server.");
        }
        catch (SkipException skipped)
        {
            Assert.Contains("install Debian's package rabbitmq-server", skipped.Message, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> ProcessesIn(string folder) => Directory.GetDirectories("/proc")
        .Where(process => int.TryParse(Path.GetFileName(process), out _))
        .Where(process => Said(process, "cmdline").Contains(folder, StringComparison.Ordinal)
            || Said(process, "environ").Contains(folder, StringComparison.Ordinal));

    private static string Said(string process, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";   // ended meanwhile, or another user's
        }
    }

    private static async Task Execute(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static Task<IConnection> Connect(RabbitMqServer rabbit) =>
        new ConnectionFactory { Uri = new(rabbit.ConnectionString) }.CreateConnectionAsync(Cancel);

    private static async Task Publish(RabbitMqServer rabbit, string message)
    {
        await using var connection = await Connect(rabbit);
        await using var channel = await connection.CreateChannelAsync(
            new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Cancel);
        await channel.QueueDeclareAsync(
            "kept", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" },
            cancellationToken: Cancel);
        await channel.BasicPublishAsync("", "kept", System.Text.Encoding.UTF8.GetBytes(message), Cancel);
    }

    private static async Task<string> Get(IChannel channel) =>
        System.Text.Encoding.UTF8.GetString((await channel.BasicGetAsync("kept", autoAck: true, Cancel))!.Body.Span);
}
