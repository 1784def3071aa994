using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>What an order needs now, read from its state.</summary>
public sealed class OrderNeeds(OrderView order)
{
    /// <summary>The steps of every order.</summary>
    public static readonly string[] Steps = ["received", "screened", "accepted", "split", "answered", "told"];

    /// <summary>True before the order is accepted.</summary>
    public bool IsNew => order.State is "Received" or "Screening";

    /// <summary>True if nothing happens any more.</summary>
    public bool IsClosed => order.State is "Blocked" or "Cancelled";

    /// <summary>The decisions that count: a hold makes earlier ones void.</summary>
    public IReadOnlyList<ScreeningView> Clearances => [.. order.Screening.Reverse().TakeWhile(decision => decision.Verdict == "Clear")];

    /// <summary>True once two people, one of them not from sales, have cleared the buyer .</summary>
    public bool IsClear => order.Cleared;

    /// <summary>The buyer must be screened.</summary>
    public bool Screening => order.State != "Blocked" && !IsClear && (order.OnHold || (!IsClosed && order.State != "Allocated"));

    /// <summary>Questions that wait for a decision.</summary>
    public IReadOnlyList<QuestionView> Questions => IsNew ? [.. order.Questions.Where(question => question.Decision is null)] : [];

    /// <summary>Lines that no product is matched to.</summary>
    public IReadOnlyList<LineView> Unmatched => IsNew ? [.. order.Lines.Where(line => line.Product is null && line.ShortClosed < line.Ordered)] : [];

    /// <summary>The order can be accepted, or the service says what is still missing: a conversion may have been added meanwhile.</summary>
    public bool Acceptance => IsNew && IsClear && Questions.Count == 0 && Unmatched.All(line => line.WaitsFor is not null);

    /// <summary>A run is being calculated.</summary>
    public bool Calculating => order.RunInProgress && Prices is null;

    /// <summary>The round of sealed prices that a run waits for.</summary>
    public PriceRoundView? Prices => order.RunInProgress ? order.PriceRounds.FirstOrDefault(round => round.State is "Open" or "Closed") : null;

    /// <summary>A run can be started.</summary>
    public bool Start => order.State == "Accepted" && !order.RunInProgress && order.Lines.Any(line => !line.ByHand && line.Unallocated > 0);

    /// <summary>Firms are asked, and some have not answered.</summary>
    public bool Answers => order.State == "Allocating" && !order.RunInProgress;

    /// <summary>Pieces found no firm.</summary>
    public bool Shortage => order.State == "Short";

    /// <summary>Lines with open pieces.</summary>
    public IReadOnlyList<LineView> Open => [.. order.Lines.Where(line => line.Unallocated > 0)];

    /// <summary>Lines whose parts are to be set by hand.</summary>
    public IReadOnlyList<LineView> ByHand => IsNew || IsClosed || order.RunInProgress ? []
        : [.. order.Lines.Where(line => line.ByHand && line.Unallocated > 0 && Proposed(line) is null)];

    /// <summary>Splits by hand that wait for a second person.</summary>
    public IReadOnlyList<(LineView Line, SplitView Split)> Proposals => IsClosed ? []
        : [.. order.Lines.Select(line => (line, Proposed(line))).Where(pair => pair.Item2 is not null).Select(pair => (pair.line, pair.Item2!))];

    /// <summary>Exceptions about the whole order that wait for a second person.</summary>
    public IReadOnlyList<SplitView> Exceptions => IsClosed ? [] : [.. (order.Exceptions ?? []).Where(exception => exception.State == "Proposed")];

    /// <summary>The buyer can be answered: not while the screening is on hold.</summary>
    public bool Answered => order.State is "Allocated" or "Cancelled" && !order.OnHold;

    /// <summary>Place of the step that the order is at.</summary>
    public int Step => order.State switch
    {
        "Received" or "Screening" => IsClear ? 2 : 1, "Accepted" => 3, "Allocating" => order.RunInProgress ? 3 : 4, "Short" => 4, "Allocated" => 5,
        _ => 0,
    };

    /// <summary>True while no firm has taken a part: the order can be cancelled.</summary>
    public bool MayCancel => !IsClosed && order.Lines.All(line => line.Accepted == 0);

    /// <summary>Seconds until the page asks again by itself: often while a run is calculated, seldom while firms answer.</summary>
    public int? Again => Calculating ? 3 : Prices is not null || Answers ? 30 : null;

    /// <summary>The split of a line that waits for a second person.</summary>
    public static SplitView? Proposed(LineView line) => line.SplitsByHand.FirstOrDefault(split => split.State == "Proposed");
}
