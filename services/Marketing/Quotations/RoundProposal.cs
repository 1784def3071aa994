using System.Text.Json.Serialization;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>Prices are to be asked for again after some were opened: who knows them must not throw them away alone.</summary>
/// <param name="Id">The round that it becomes.</param>
/// <param name="ClosesAt">Its deadline, exclusive.</param>
/// <param name="Members">The firms; null: all that can make the products.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Account of the manager.</param>
/// <param name="At">When, UTC.</param>
internal sealed record RoundProposal(Guid Id, DateTime ClosesAt, IReadOnlyList<Guid>? Members, string Reason, Guid By, DateTime At)
{
    /// <summary>The accounts that could have made the manager's account alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? Controllers { get; init; }
}
