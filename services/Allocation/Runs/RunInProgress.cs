using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Runs;

/// <summary>The run that is being calculated or waits for sealed prices.</summary>
/// <param name="RunId">The run; orders that are planned together share it.</param>
/// <param name="Round">1 is the order's first run.</param>
/// <param name="Stage">Which firms it asks.</param>
/// <param name="StartedAt">When it was started, UTC.</param>
/// <param name="NewPrices">True: ask for sealed prices although there are some.</param>
/// <param name="SplitId">The split by hand that it offers; the run covers that line only.</param>
/// <param name="Before">The state of the order before, restored if the run is given up.</param>
/// <param name="MaxRoundsBefore">The same for the number of rounds.</param>
internal sealed record RunInProgress(
    Guid RunId, int Round, OfferKind Stage, DateTime StartedAt, bool NewPrices = false, Guid? SplitId = null,
    OrderState Before = OrderState.Accepted, int MaxRoundsBefore = 0);
