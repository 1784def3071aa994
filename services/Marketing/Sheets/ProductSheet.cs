namespace ExportConsortia.Marketing.Sheets;

/// <summary>Where a firm's draft of a sheet stands.</summary>
public enum SheetState
{
    /// <summary>The firm works on it.</summary>
    Draft,

    /// <summary>The firm approved it; the manager is to approve it too.</summary>
    Submitted,

    /// <summary>Both approved it.</summary>
    Approved,

    /// <summary>The manager sent it back, with a reason.</summary>
    Returned,
}

/// <summary>
/// A member firm's description of a product of the consortium's list: one sheet for a firm and a product. The firm changes the draft; what both it
/// and the manager approved is what catalogues show, until a later draft is approved.
/// </summary>
internal sealed class ProductSheet
{
    /// <summary>The most sheets of a firm: a consortium's list has as many products.</summary>
    public const int MostOfFirm = 5000;

    public const int LongestReason = 1000;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid MemberId { get; init; }

    public required string ProductCode { get; init; }

    public SheetState State { get; set; }

    public required SheetContent Draft { get; set; }

    public SheetContent? Approved { get; set; }

    /// <summary>Number of approvals: 0 before the first.</summary>
    public int ApprovedVersion { get; set; }

    /// <summary>Why the manager sent it back; until the firm submits it again.</summary>
    public string? ReturnedBecause { get; set; }

    public DateTime ChangedAt { get; set; }

    public long Version { get; set; }

    public static ProductSheet Of(MemberFirm firm, string productCode, SheetContent content, DateTime now) => new()
    {
        Id = Guid.CreateVersion7(),
        ConsortiumId = firm.ConsortiumId,
        MemberId = firm.Id,
        ProductCode = productCode,
        Draft = content,
        ChangedAt = now,
        Version = 1,
    };

    /// <summary>The firm changes its draft; what says the same changes nothing. What the manager reads must not change meanwhile.</summary>
    public Refusal? Change(SheetContent content, DateTime now)
    {
        if (content.Says(Draft))
        {
            return null;
        }

        if (State == SheetState.Submitted)
        {
            return new("SHEET_SUBMITTED", $"The sheet of {ProductCode} is with the manager: withdraw the submission, then change it.");
        }

        Draft = content;
        State = content.Says(Approved) ? SheetState.Approved : SheetState.Draft;
        Touch(now);
        return null;
    }

    /// <summary>The firm approves its draft and hands it to the manager.</summary>
    public Refusal? Submit(DateTime now)
    {
        if (State is SheetState.Submitted or SheetState.Approved)
        {
            return new("ALREADY_DECIDED", State == SheetState.Submitted ? "The sheet is with the manager already." : "This is approved already.");
        }

        (State, ReturnedBecause) = (SheetState.Submitted, null);
        Touch(now);
        return null;
    }

    /// <summary>The firm takes it back before the manager has decided.</summary>
    public Refusal? Withdraw(DateTime now)
    {
        if (State != SheetState.Submitted)
        {
            return NotSubmitted();
        }

        State = SheetState.Draft;
        Touch(now);
        return null;
    }

    /// <summary>The manager approves what the firm submitted: from now on catalogues show it.</summary>
    public Refusal? Approve(DateTime now)
    {
        if (State != SheetState.Submitted)
        {
            return NotSubmitted();
        }

        (State, Approved) = (SheetState.Approved, Draft);
        ApprovedVersion++;
        Touch(now);
        return null;
    }

    /// <summary>The manager sends it back; what was approved before stays.</summary>
    public Refusal? Return(string reason, DateTime now)
    {
        if (State != SheetState.Submitted)
        {
            return NotSubmitted();
        }

        (State, ReturnedBecause) = (SheetState.Returned, reason);
        Touch(now);
        return null;
    }

    private static Refusal NotSubmitted() => new("ALREADY_DECIDED", "The sheet is not submitted: it was decided or withdrawn.");

    private void Touch(DateTime now)
    {
        ChangedAt = now;
        Version++;
    }
}

/// <summary>Which sheet gives a product its name in the catalogue: the first approved one, until the manager chooses another.</summary>
internal sealed class ProductName
{
    public required Guid ConsortiumId { get; init; }

    public required string ProductCode { get; init; }

    public required Guid SheetId { get; set; }

    /// <summary>Grows by one with each name that is published.</summary>
    public long Version { get; set; }
}
