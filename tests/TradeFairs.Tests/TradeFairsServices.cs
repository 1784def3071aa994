using ExportConsortia.TradeFairs.Tests;

[assembly: AssemblyFixture(typeof(TradeFairsServices))]

namespace ExportConsortia.TradeFairs.Tests;

/// <summary>The service in both shapes, for all tests of this project.</summary>
public sealed class TradeFairsServices() : SharedServices<RunningService>("tradefairs", data => new(data, new TradeFairsModule()));
