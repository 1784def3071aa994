using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.Orders;

namespace ExportConsortia.Allocation.Runs;

/// <summary>The run that is being calculated, or that waits for sealed prices.</summary>
/// <param name="RunId">The run; orders that are planned together share it.</param>
/// <param name="Round">1 is the order's first run.</param>
/// <param name="Stage">Whom it asks.</param>
/// <param name="StartedAt">When it was begun, UTC.</param>
/// <param name="NewPrices">It asks for sealed prices though there are some.</param>
/// <param name="SplitId">The split by hand whose line, and no other, it is over.</param>
/// <param name="Before">How far the order had come before: given up, the run leaves it so.</param>
/// <param name="MaxRoundsBefore">The same of the rounds.</param>
internal sealed record RunInProgress(
    Guid RunId, int Round, OfferKind Stage, DateTime StartedAt, bool NewPrices = false, Guid? SplitId = null,
    OrderState Before = OrderState.Accepted, int MaxRoundsBefore = 0);
