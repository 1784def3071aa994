using ExportConsortia.Membership.Tests;

[assembly: AssemblyFixture(typeof(Installations))]

namespace ExportConsortia.Membership.Tests;

/// <summary>The membership service in both shapes; each test founds its own consortium there.</summary>
public sealed class Installations() : SharedServices<Installation>("membership", data => new(data));
