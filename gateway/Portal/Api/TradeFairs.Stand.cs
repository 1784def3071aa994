namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of TradeFairs about fairs and the joint stand, under the same names as in its interface; a test compares them.

public sealed record KeepFairsResponse(IReadOnlyList<FairView> Fairs, Guid? Before);

public sealed record FairView(Guid Id, string Name, string Organiser, string Place, string Country, string TimeZone, long Version);

public sealed record KeepEditionsResponse(IReadOnlyList<EditionView> Editions, Guid? Before);

public sealed record EditionView(
    Guid Id, Guid FairId, string FairName, string Organiser, string Place, string Country, string Name, string TimeZone, DateOnly OpensOn,
    DateOnly ClosesOn, int DaysToOpening, string Currency, string State, DateTime? CommitUntil, bool CallIsOpen, long StandAreaDm2,
    long CommonAreaDm2, IReadOnlyList<DeadlineView> Deadlines, long Version, IReadOnlyList<CommitmentView>? Commitments, CommitmentView? Own)
{
    /// <summary>True: there are firms at the stand.</summary>
    public bool HasStand() => State is "Committed" or "Contracted" or "Running" or "Settling" or "Closed";
}

public sealed record DeadlineView(int Number, string Title, DateTime DueAt, DateOnly DueOn, bool OfEachFirm, bool Imported);

public sealed record CommitmentView(
    Guid Id, Guid MemberId, string MemberName, string State, long RequestedAreaDm2, long AllottedAreaDm2, long VolumeLitres, int ExhibitCount,
    bool IsMainExhibitor, DateTime? CommittedAt, int? WaitingPlace, DateOnly? WithdrawnOn, long Version, WithdrawalProposalView? Proposal = null,
    long? MeasuredLitres = null, int? MeasuredExhibits = null, string? MeasuredFrom = null);

public sealed record WithdrawalProposalView(string Reason, DateTime At);

public sealed record MakeExceptionResponse(
    Guid Id, Guid MemberId, string MemberName, string State, string Reason, DateTime AskedAt, string? Answer, DateTime? Until, DateTime? UsedAt,
    bool Holds);

public sealed record AllotStandResponse(
    long AvailableDm2, bool Scarce, DateTime? DecidedAt, bool Reproduced, IReadOnlyList<AllotStandPartView> Parts,
    IReadOnlyList<AllotStandGiftView> Later);

public sealed record AllotStandPartView(Guid MemberId, long RequestedDm2, long AllottedDm2, string Why);

public sealed record AllotStandGiftView(Guid MemberId, long AreaDm2, string? Reason, DateTime GivenAt);

public sealed record DrawPlanResponse(
    int Number, int Latest, int WidthCm, int DepthCm, string? Note, DateTime DrawnAt, IReadOnlyList<DrawPlanBoothView> Booths,
    IReadOnlyList<DrawPlanDifferenceView> Differences, Guid? PictureId = null);

public sealed record KeepPlanPictureResponse(Guid PictureId);

public sealed record DrawPlanBoothView(Guid? MemberId, bool IsCommon, string Label, int? XCm, int? YCm, int? WidthCm, int? DepthCm);

public sealed record DrawPlanDifferenceView(Guid MemberId, long DrawnCm2, long AllottedCm2);

public sealed record KeepChecklistResponse(
    IReadOnlyList<FirmTaskView> Tasks, IReadOnlyList<DeclarationView> Declarations, IReadOnlyList<UndeclaredView> Undeclared);

public sealed record FirmTaskView(
    Guid MemberId, string MemberName, int Number, string Title, DateTime DueAt, DateOnly DueOn, string State, string? Owner, string? Note,
    DateTime? DoneAt, bool IsLate, long Version);

public sealed record DeclarationView(
    Guid MemberId, string MemberName, string State, string LegalName, string Address, string Country, string ContactName, string ContactEmail,
    string Products, DateTime DeclaredAt, DateTime? RegisteredAt, long Version);

public sealed record UndeclaredView(Guid MemberId, string MemberName);

public sealed record LateResponse(IReadOnlyList<LateView> Late, int Exceptions);

public sealed record LateView(Guid EditionId, string Fair, FirmTaskView Task);

public sealed record SubscribeToCalendarResponse(string Path);

public sealed record SubscribeToCalendarStateResponse(DateTime? CreatedAt);

public sealed record ImportDeadlinesResponse(int Added, int Changed, int Unchanged, int Skipped);
