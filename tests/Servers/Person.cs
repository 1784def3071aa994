namespace ExportConsortia.Servers;

/// <summary>Who calls in a test, as an access token says it.</summary>
public sealed record Person(Guid Id, string Role, Guid? Consortium = null, Guid? Member = null, bool WorksInSales = false)
{
    /// <summary>The accounts of which each could have made this one alone.</summary>
    public IReadOnlyList<Guid> Controllers { get; init; } = [];
}
