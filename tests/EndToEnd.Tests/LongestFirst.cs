using ExportConsortia.EndToEnd.Tests;
using ExportConsortia.EndToEnd.Tests.Pages;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>The tests that take minutes begin first, so that the run doesn't end with one of them alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly List<string> Longest =
    [
        nameof(RollingUpgrade), nameof(Delivery), nameof(LongRunKilled), nameof(AnyInput), nameof(AddingAService), nameof(SheetToOrder),
        nameof(LocalRun), nameof(BackUpAndRestore), nameof(OrderInPages), nameof(ScenarioA3),
    ];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(collection => PlaceOf(collection))];

    private static int PlaceOf(ITestCollection collection) =>
        Longest.FindIndex(name => IsOf(collection, name)) is >= 0 and var place ? place : Longest.Count;

    // The name of a class's collection ends with the class and an id: "... for ExportConsortia.EndToEnd.Tests.Delivery (id: 2d8b...)".
    private static bool IsOf(ITestCollection collection, string name) =>
        collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal);
}
