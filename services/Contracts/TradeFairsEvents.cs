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

/// <summary>All fairs of a consortium that firms have ever committed themselves to; a receiver that knows others drops them.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="Epoch">The epoch of the trade fairs' store.</param>
/// <param name="Editions">The editions.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record FairsListed(Guid ConsortiumId, long Epoch, IReadOnlyList<Guid> Editions, DateTime OccurredAt);

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
    Guid ConsortiumId, Guid EditionId, long TotalMinor, long PenaltiesMinor, long GrantsMinor, long CommonMinor, string Currency,
    DateTime OccurredAt);

/// <summary>
/// Somebody captured a lead at a fair. It carries the person's data, since Marketing keeps the people of buyers: only Marketing receives it, and the
/// trade fairs forget the person once <see cref="FairLeadKept"/> says that Marketing has it.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="EditionId">The edition of the fair.</param>
/// <param name="FairLeadId">The captured lead; a receiver keeps it once.</param>
/// <param name="MemberId">The firm whose people captured it; null: the consortium's own.</param>
/// <param name="CapturedBy">The account that captured it.</param>
/// <param name="Company">The buyer's firm.</param>
/// <param name="Site">Its site, as on the card.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code of its country.</param>
/// <param name="Person">The person, who agreed to it; null: only the firm is known.</param>
/// <param name="ProductCodes">Codes of the products that it is interested in; none: anything.</param>
/// <param name="Note">What was said.</param>
/// <param name="CapturedAt">When, UTC, by the clock of the device.</param>
/// <param name="OccurredAt">When the service got it, UTC.</param>
public sealed record FairLeadCaptured(
    Guid ConsortiumId, Guid EditionId, Guid FairLeadId, Guid? MemberId, Guid CapturedBy, string Company, string? Site, string? Country,
    FairLeadPerson? Person, IReadOnlyList<string> ProductCodes, string? Note, DateTime CapturedAt, DateTime OccurredAt);

/// <summary>A person at a buyer, as on a business card.</summary>
/// <param name="Name">The person.</param>
/// <param name="JobTitle">What the person is there.</param>
/// <param name="Email">The address.</param>
/// <param name="Phone">A telephone number.</param>
/// <param name="Language">Language code in which the person wants to be answered.</param>
/// <param name="ConsentTextVersion">Version of the text that the person agreed to.</param>
/// <param name="ConsentAt">When, UTC, by the clock of the device.</param>
public sealed record FairLeadPerson(
    string Name, string? JobTitle, string? Email, string? Phone, string? Language, string ConsentTextVersion, DateTime ConsentAt);

/// <summary>
/// A person who agreed at the stand took that back, or asked to be erased: what Marketing keeps of the person for no other reason goes. Said only
/// once <see cref="FairLeadKept"/> has come. Never contains contact data.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="EditionId">The edition of the fair.</param>
/// <param name="FairLeadId">The captured lead.</param>
/// <param name="LeadId">The lead in Marketing.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record FairConsentWithdrawn(Guid ConsortiumId, Guid EditionId, Guid FairLeadId, Guid LeadId, DateTime OccurredAt);

/// <summary>The consortium is to vote on a motion that somebody prepared. Membership votes on it.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="MotionId">The motion; the same again replaces its text.</param>
/// <param name="Subject">What it is about: <c>FairRepeat</c>.</param>
/// <param name="SubjectId">What it belongs to: the edition of the fair.</param>
/// <param name="Title">Its title.</param>
/// <param name="Text">Its text; no firm's own figures are in it.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record MotionPrepared(
    Guid ConsortiumId, Guid MotionId, string Subject, Guid SubjectId, string Title, string Text, DateTime OccurredAt);
