namespace ExportConsortia.Contracts;

/// <summary>
/// A service asks for money of a member firm, or offers it back. Only Settlement posts; it ignores a charge that it has already posted.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="ChargeId">The charge; derived from its cause, so that the same cause never asks twice.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="Kind">What it is for: <c>FairDeposit</c>, <c>FairBalance</c>, <c>FairPenalty</c>, <c>FairSettlement</c>, <c>FairRefund</c>.</param>
/// <param name="SubjectId">What it belongs to: the edition of the fair.</param>
/// <param name="AmountMinor">In minor units of the currency; negative: the firm gets money back.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="DueOn">Day until which it is to be paid.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record ChargeRequested(
    Guid ConsortiumId, Guid ChargeId, Guid MemberId, string Kind, Guid SubjectId, long AmountMinor, string Currency, DateOnly DueOn,
    DateTime OccurredAt);

/// <summary>A firm committed itself to take part in an edition of a fair.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="EditionId">The edition of the fair.</param>
/// <param name="CommitmentId">The commitment.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record FairCommitmentMade(Guid ConsortiumId, Guid EditionId, Guid CommitmentId, Guid MemberId, DateTime OccurredAt);

/// <summary>A firm withdrew from an edition of a fair that it had committed itself to.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="EditionId">The edition of the fair.</param>
/// <param name="CommitmentId">The commitment.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="WithdrawnOn">The day of the withdrawal in the fair's time zone, which decides the penalty.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record FairCommitmentWithdrawn(
    Guid ConsortiumId, Guid EditionId, Guid CommitmentId, Guid MemberId, DateOnly WithdrawnOn, DateTime OccurredAt);

/// <summary>
/// The costs of an edition of a fair are settled on what they really are. No firm's share travels with it: charges ask each firm for its own.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="EditionId">The edition of the fair.</param>
/// <param name="TotalMinor">What it cost, in minor units of the currency.</param>
/// <param name="PenaltiesMinor">Of that, what firms bear that withdrew.</param>
/// <param name="GrantsMinor">Of that, what grants pay.</param>
/// <param name="CommonMinor">Of that, what nobody was left to bear.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record FairCostsFinalised(
    Guid ConsortiumId, Guid EditionId, long TotalMinor, long PenaltiesMinor, long GrantsMinor, long CommonMinor, string Currency, DateTime OccurredAt);
