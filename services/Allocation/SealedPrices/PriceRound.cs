using System.Collections.ObjectModel;
using System.Text.Json.Serialization;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>
/// The round in which a run asks eligible firms for sealed prices and waits for them. It stays in the order's history. Only the service opens
/// the prices, never a person.
/// </summary>
internal sealed class PriceRound(
    Guid id, Guid runId, int run, OfferKind stage, IReadOnlyList<string> lines, int invited, DateTime askedAt, DateTime closesAt)
{
    public Guid Id { get; } = id;

    /// <summary>The run that waits.</summary>
    public Guid RunId { get; } = runId;

    /// <summary>Number of that run, counted from 1.</summary>
    public int Run { get; } = run;

    /// <summary>Which firms it asks.</summary>
    public OfferKind Stage { get; } = stage;

    /// <summary>Ids of the lines that prices are requested for.</summary>
    public IReadOnlyList<string> Lines { get; } = lines;

    /// <summary>Number of firms.</summary>
    public int Invited { get; } = invited;

    public DateTime AskedAt { get; } = askedAt;

    /// <summary>Deadline, exclusive.</summary>
    public DateTime ClosesAt { get; } = closesAt;

    public PriceRoundState State { get; set; }

    /// <summary>When the deadline was noticed or the last invited firm answered.</summary>
    public DateTime? ClosedAt { get; set; }

    /// <summary>When the prices were opened, or the round was cancelled.</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>Number of prices opened.</summary>
    public int Prices { get; set; }

    /// <summary>
    /// How firms are asked to match the leader's price, for the lines whose rule said so when the firms were asked (F-G4). Older rounds store none.
    /// </summary>
    public IReadOnlyDictionary<string, AllocationPriceMatch> PriceMatch { get => field ?? ReadOnlyDictionary<string,
        AllocationPriceMatch>.Empty; init; }

    [JsonIgnore]
    public bool IsPending => State is PriceRoundState.Open or PriceRoundState.Closed;

    /// <summary>
    /// A run of this stage uses this round's prices of the line unless a later round serves it; firms on probation have their own rounds.
    /// </summary>
    public bool Serves(string lineId, OfferKind stage) => State == PriceRoundState.Opened && Asks(stage) && Lines.Contains(lineId);

    /// <summary>True if an offer at a sealed price results from this round: from its run, or a later one that used its prices.</summary>
    public bool LedTo(Offer offer) => offer.Round >= Run && Asks(offer.Kind);

    private bool Asks(OfferKind stage) => (Stage == OfferKind.Probation) == (stage == OfferKind.Probation);
}
