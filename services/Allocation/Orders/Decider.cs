using System.Text.Json.Serialization;

namespace ExportConsortia.Allocation.Orders;

/// <summary>Who decided: the account, and those that could have made it alone (<see cref="TwoPeople"/>).</summary>
/// <param name="UserId">The account.</param>
internal sealed record Decider(Guid UserId)
{
    /// <summary>The account's controllers at that time; decisions from before they were kept have none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? Controllers { get; init; }

    public static Decider Of(Caller caller) => new(caller.UserId) { Controllers = caller.Behind };

    /// <summary>True if no account stands behind both: only then are they two people.</summary>
    public bool IsTwoPeopleWith(Decider other) => TwoPeople.Are(UserId, Controllers ?? [], other.UserId, other.Controllers ?? []);
}
