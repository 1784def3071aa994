namespace ExportConsortia.Portal.Api;

// What the pages read of the answers of TradeFairs about what happens at a fair and after it, under the same names as in its interface; a test
// compares them.

public sealed record CaptureLeadsResponse(IReadOnlyList<CaptureLeadsResult> Results);

public sealed record CaptureLeadsResult(Guid Id, string Outcome, string? Code, IReadOnlyDictionary<string, string[]>? Errors);

public sealed record GetFairLeadsResponse(IReadOnlyList<FairLeadView> Leads, Guid? Before);

public sealed record FairLeadView(
    Guid Id, Guid? MemberId, string Company, string? Country, IReadOnlyList<string> ProductCodes, string? ConsentTextVersion,
    DateTime? ConsentWithdrawnAt, DateTime CapturedAt, Guid? LeadId, Guid? AssignedTo);

public sealed record MeetingsView(
    Guid EditionId, IReadOnlyList<MeetingSlotView> Slots, IReadOnlyList<MeetingBuyerView> Buyers, IReadOnlyList<MeetingFirmView> Firms,
    IReadOnlyList<FairMeetingView> Meetings, DateTime? PlannedAt, long? Value, long? Bound, long Version);

public sealed record MeetingSlotView(int Number, DateOnly Day, TimeOnly From, TimeOnly Until);

public sealed record MeetingBuyerView(
    int Number, string Name, string? Country, string? Interest, IReadOnlyList<int>? Away, IReadOnlyList<Guid>? Wants);

public sealed record MeetingFirmView(Guid MemberId, IReadOnlyList<int> Buyers, IReadOnlyList<int> Away, IReadOnlyList<UnmetWishView> NotMet);

public sealed record UnmetWishView(int Buyer, string Reason);

public sealed record FairMeetingView(Guid Id, int Slot, Guid MemberId, int Buyer, int Rank);

public sealed record PlanDayResponse(int Meetings, int Kept, int Moved, int Added, int Dropped, int NotMet, int PerMille);

public sealed record KeepExhibitsResponse(
    IReadOnlyList<ExhibitView> Exhibits, long Pieces, long WeightGrams, long ValueMinor, string Currency, long Unaccounted, long DutyDue);

public sealed record ExhibitView(
    Guid Id, Guid MemberId, string Description, string? ProductCode, int Pieces, long WeightGrams, long ValueMinor, string Origin, bool OnCarnet,
    int Returned, int Stayed, int Lost, int Unaccounted, int DutyDue, bool ReconciledByManager, long Version);

public sealed record KeepStaffResponse(IReadOnlyList<StaffView> Staff, int Badges, IReadOnlyList<DateOnly>? Empty);

public sealed record StaffView(Guid Id, Guid? MemberId, string Name, string? Duty, bool NeedsBadge, IReadOnlyList<ShiftView> Shifts);

public sealed record ShiftView(DateOnly Day, TimeOnly From, TimeOnly Until);

public sealed record ReportFairResponse(
    Guid EditionId, string Currency, DateOnly OrdersUntil, IReadOnlyList<FirmReturn> Firms, int? Captured, int? Leads, long? CostMinor,
    long? CostPerLeadMinor, IReadOnlyList<WonValue>? Won, MotionView? Motion);

public sealed record FirmReturn(
    Guid MemberId, long CostMinor, int Captured, int Assigned, int Orders, IReadOnlyList<WonValue> Won, long? CostPerLeadMinor,
    long? ReturnMinor);

public sealed record WonValue(string Currency, long AmountMinor);

public sealed record MotionView(Guid MotionId, string Title, string Text, DateTime PreparedAt, long Version);
