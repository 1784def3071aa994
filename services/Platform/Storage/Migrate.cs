using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExportConsortia.Platform.Storage;

/// <summary>
/// The command <c>migrate</c>: migrates the databases of a program, and starts nothing else of it. Several at once wait for each other, since
/// migrations lock the database; a program that finds nothing left to migrate starts at once.
/// </summary>
internal static class Migrate
{
    public static async Task RunAsync(IServiceProvider services)
    {
        foreach (var store in services.GetServices<IHostedService>().OfType<StoreStart>())
        {
            await store.StartingAsync(CancellationToken.None);
        }
    }
}
