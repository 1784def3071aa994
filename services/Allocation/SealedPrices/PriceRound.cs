using System.Collections.ObjectModel;
using System.Text.Json.Serialization;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>
/// A run over lines that go by sealed prices waits for the prices of the firms that it could ask. It stays in the order's history: who was asked
/// when, and when the prices were opened. Only the service opens them, never a person.
/// </summary>
internal sealed class PriceRound(
    Guid id, Guid runId, int run, OfferKind stage, IReadOnlyList<string> lines, int invited, DateTime askedAt, DateTime closesAt)
{
    public Guid Id { get; } = id;

    /// <summary>The run that waits.</summary>
    public Guid RunId { get; } = runId;

    /// <summary>The same, counted from 1.</summary>
    public int Run { get; } = run;

    /// <summary>Whom it asks.</summary>
    public OfferKind Stage { get; } = stage;

    /// <summary>Ids of the lines that prices are wanted for.</summary>
    public IReadOnlyList<string> Lines { get; } = lines;

    /// <summary>How many firms.</summary>
    public int Invited { get; } = invited;

    public DateTime AskedAt { get; } = askedAt;

    /// <summary>Deadline, exclusive.</summary>
    public DateTime ClosesAt { get; } = closesAt;

    public PriceRoundState State { get; set; }

    /// <summary>The deadline's finding, or earlier: the moment in which the last of the invited answered.</summary>
    public DateTime? ClosedAt { get; set; }

    /// <summary>When the prices were opened, or the round was cancelled.</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>Prices that were opened.</summary>
    public int Prices { get; set; }

    /// <summary>How the sources of a line are asked to match the leader's price; only the lines whose rule had it when the firms were asked (F-G4). Older rounds have none stored.</summary>
    public IReadOnlyDictionary<string, AllocationPriceMatch> PriceMatch { get => field ?? ReadOnlyDictionary<string, AllocationPriceMatch>.Empty; init; }

    [JsonIgnore]
    public bool IsPending => State is PriceRoundState.Open or PriceRoundState.Closed;

    /// <summary>A run of this stage goes by this round's prices of the line, if no later round serves it; firms on probation are asked in a round of their own.</summary>
    public bool Serves(string lineId, OfferKind stage) => State == PriceRoundState.Opened && Asks(stage) && Lines.Contains(lineId);

    /// <summary>An offer at a sealed price, of a line that this round serves, came of it: of its run, or of one that went by its prices later.</summary>
    public bool LedTo(Offer offer) => offer.Round >= Run && Asks(offer.Kind);

    private bool Asks(OfferKind stage) => (Stage == OfferKind.Probation) == (stage == OfferKind.Probation);
}
