using System.Reflection;
using ExportConsortia.Membership.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Stores))]

namespace ExportConsortia.Membership.Tests;

/// <summary>Where an installation keeps its data.</summary>
public enum Store
{
    Sqlite,
    PostgreSql,
}

/// <summary>The test runs once on each store.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachStoreAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([.. Enum.GetValues<Store>().Select(s => new TheoryDataRow(s))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>The databases of this project's tests, and one installation a store for the tests that need none of their own.</summary>
public sealed class Stores : IAsyncDisposable
{
    private readonly Dictionary<Store, Lazy<Task<Installation>>> _shared;
    private readonly ServerShare _postgres = new();

    public Stores() => _shared = Enum.GetValues<Store>().ToDictionary(s => s, s => new Lazy<Task<Installation>>(() => Fresh(s)));

    /// <summary>The installation that tests share; each founds its own consortium there.</summary>
    public Task<Installation> On(Store store)
    {
        Require(store);
        return _shared[store].Value;
    }

    /// <summary>An installation of the test's own, whose clock it may turn and which it may stop.</summary>
    public async Task<Installation> Fresh(Store store) => await Installation.Start(await Database(store));

    /// <summary>A connection string for an empty PostgreSQL database, or <c>null</c> for SQLite.</summary>
    public async Task<string?> Database(Store store)
    {
        Require(store);
        return store == Store.Sqlite ? null : await _postgres.CreateDatabase("membership");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var installation in _shared.Values.Where(i => i.IsValueCreated && i.Value.IsCompletedSuccessfully))
        {
            await (await installation.Value).DisposeAsync();
        }

        await _postgres.DisposeAsync();
    }

    private static void Require(Store store)
    {
        if (store == Store.PostgreSql)
        {
            Required.Servers();
        }
    }
}
