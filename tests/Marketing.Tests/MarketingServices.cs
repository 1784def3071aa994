using ExportConsortia.Marketing.Tests;

[assembly: AssemblyFixture(typeof(MarketingServices))]

namespace ExportConsortia.Marketing.Tests;

/// <summary>The service in both shapes, for all tests of this project.</summary>
public sealed class MarketingServices() : SharedServices<RunningService>(
    "marketing", data => new(data, new MarketingModule()) { Settings = { ["Marketing:PriceSecret"] = new string('s', 32) } });
