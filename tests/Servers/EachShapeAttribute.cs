using System.Reflection;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace ExportConsortia.Servers;

/// <summary>The test runs once in each <see cref="Shape"/>, which is its parameter: <c>[Theory, EachShape]</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EachShapeAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([.. Enum.GetValues<Shape>().Select(shape => new TheoryDataRow(shape))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
