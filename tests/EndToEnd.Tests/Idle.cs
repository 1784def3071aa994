namespace ExportConsortia.EndToEnd.Tests;

/// <summary>An unused platform takes hardly any processor time.</summary>
public sealed class Idle
{
    private const int Windows = 8;

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task An_idle_process_takes_hardly_any_processor_time(Shape shape)
    {
        await using var platform = await Deployment.StartAsync(shape, observed: false);

        var least = await IdleTime.LeastOf(platform.Processes, Windows);

        foreach (var (process, taken) in least)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"{process.Project}: {taken.TotalSeconds:0.00} s in {IdleTime.Window.TotalSeconds} idle seconds");
            Assert.InRange(taken, TimeSpan.Zero, IdleTime.LimitOf(process));
        }
    }
}
