using ExportConsortia.EndToEnd.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace ExportConsortia.EndToEnd.Tests;

/// <summary>The tests that take minutes begin first, so that the run doesn't end with one of them alone.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [nameof(Delivery), nameof(LongRunKilled), nameof(AddingAService), nameof(AnyInput), nameof(LocalRun)];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Longest, name =>
            collection.TestCollectionDisplayName.EndsWith($".{name}", StringComparison.Ordinal)) is >= 0 and var place ? place : Longest.Length)];
}
