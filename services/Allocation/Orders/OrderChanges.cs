using System.Text.Json;
using ExportConsortia.Allocation.Engine;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.SealedPrices;

namespace ExportConsortia.Allocation.Orders;

/// <summary>What follows from an order's changes; saving the order saves it too.</summary>
internal sealed class OrderChanges
{
    /// <summary>Events to publish.</summary>
    public List<object> Events { get; } = [];

    /// <summary>Offers that were answered, expired or withdrawn: the member firms' views are updated.</summary>
    public List<Offer> Ended { get; } = [];

    /// <summary>Offers whose answers wait for the screening: the member firms' views are updated.</summary>
    public List<Offer> Waiting { get; } = [];

    /// <summary>Price rounds whose state has changed: their invitations are updated.</summary>
    public List<PriceRound> Rounds { get; } = [];

    /// <summary>What people decided by discretion: each leaves a trace.</summary>
    public List<DiscretionaryAct> Acts { get; } = [];

    /// <summary>Reservations to release.</summary>
    public List<CapacityDraw> Released { get; } = [];

    /// <summary>True if what firms are due or have received may have changed.</summary>
    public bool AffectsFairness { get; set; }

    /// <summary>True if what firms are due may have changed, of any line; else only of lines that a firm has accepted pieces of.</summary>
    public bool AffectsEntitlements { get; set; }
}

/// <summary>What a person did by discretion, for the traces.</summary>
/// <param name="What">What, such as <c>ORDER_CANCELLED</c>.</param>
/// <param name="By">The account.</param>
/// <param name="Reason">Why, in the person's words.</param>
internal sealed record DiscretionaryAct(string What, Guid By, string? Reason)
{
    public static DiscretionaryAct Of(string what, object kind, Guid by, string? reason) =>
        new($"{what}_{JsonNamingPolicy.SnakeCaseUpper.ConvertName($"{kind}")}", by, string.IsNullOrWhiteSpace(reason) ? null : reason);
}
