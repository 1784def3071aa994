using System.Text.Json.Serialization;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>The countries in which the consortium doesn't sell together: a buyer there can't get a quotation (R-806, F-C9).</summary>
internal sealed class HomeMarket
{
    // The latest ones: a statement that was refused for want of room would leave a new member's home market open. Each changes the countries, and
    // those that let a country leave need two people; the traces have all of them.
    private const int MostStatements = 500;

    public required Guid ConsortiumId { get; init; }

    /// <summary>ISO 3166-1 alpha-2 codes.</summary>
    public List<string> Countries { get; set; } = [];

    /// <summary>What held from when, the first one first, the latest 500; null: nothing was stated since they are kept.</summary>
    public List<HomeMarketStatement>? Statements { get; private set; }

    /// <summary>A country is to leave, and a second person must agree; null: nothing is proposed.</summary>
    public HomeMarketProposal? Proposal { get; private set; }

    public long Version { get; set; }

    /// <summary>This holds from now on; what was proposed doesn't count any more.</summary>
    public void State(HomeMarketStatement statement)
    {
        // What was stated before statements were kept is the first of them.
        var before = Statements ?? (Countries.Count == 0 ? [] : [new(Countries, null, null, null)]);
        (Statements, Countries, Proposal) = ([.. before.Append(statement).TakeLast(MostStatements)], [.. statement.Countries], null);
        Version++;
    }

    /// <summary>Proposes a statement in place of an earlier proposal; null: takes it back.</summary>
    public void Propose(HomeMarketProposal? proposal)
    {
        Proposal = proposal;
        Version++;
    }
}

/// <summary>What is the home market from a moment on.</summary>
/// <param name="Countries">ISO 3166-1 alpha-2 codes.</param>
/// <param name="At">From when, UTC; null: before statements were kept.</param>
/// <param name="By">Account of the manager; null likewise.</param>
/// <param name="Reason">Why; the first one needs none.</param>
internal sealed record HomeMarketStatement(IReadOnlyList<string> Countries, DateTime? At, Guid? By, string? Reason)
{
    /// <summary>Account of the second person, if a country left.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? ApprovedBy { get; init; }
}

/// <summary>A country is to leave the home market.</summary>
/// <param name="Countries">ISO 3166-1 alpha-2 codes of what would hold.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Account of the manager.</param>
/// <param name="At">When, UTC.</param>
internal sealed record HomeMarketProposal(IReadOnlyList<string> Countries, string Reason, Guid By, DateTime At)
{
    /// <summary>The accounts that could have made the manager's account alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? Controllers { get; init; }
}
