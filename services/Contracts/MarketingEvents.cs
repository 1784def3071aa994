namespace ExportConsortia.Contracts;

/// <summary>
/// The manager approved a firm's sheet that gives a product its name in the catalogue; replaces what was published of it before.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="ProductCode">The consortium's product code, for example <c>TK-12</c>.</param>
/// <param name="SheetId">The sheet.</param>
/// <param name="Names">Its name by language, for example <c>en</c>.</param>
/// <param name="Version">Grows by one with each change of this product's name; a receiver ignores a version older than its own.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record ProductNamed(
    Guid ConsortiumId, string ProductCode, Guid SheetId, IReadOnlyDictionary<string, string> Names, long Version, DateTime OccurredAt);

/// <summary>An edition of the joint catalogue was published; it never changes.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="EditionId">The edition.</param>
/// <param name="Number">1, 2, 3 …</param>
/// <param name="Items">Number of items.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record CatalogueEditionPublished(Guid ConsortiumId, Guid EditionId, int Number, int Items, DateTime OccurredAt);

/// <summary>
/// Something changed that may hide or show items of the live catalogue, such as a certificate or a firm's standing. Only Marketing itself
/// receives it.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record CatalogueChanged(Guid ConsortiumId, DateTime OccurredAt);

/// <summary>A member firm's licence to use the collective brand was given, restored, suspended or withdrawn, or its end was moved.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="LicenceId">The licence.</param>
/// <param name="ProductCode">The product that it is for; null: all products of the firm.</param>
/// <param name="State"><c>Active</c>, <c>Suspended</c> or <c>Withdrawn</c>.</param>
/// <param name="From">First day of the licence.</param>
/// <param name="Until">First day after it; null: no end.</param>
/// <param name="Version">Grows by one with each change of this licence; a receiver ignores a version older than its own.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record BrandLicenceChanged(
    Guid ConsortiumId, Guid MemberId, Guid LicenceId, string? ProductCode, string State, DateOnly From, DateOnly? Until, long Version,
    DateTime OccurredAt);

/// <summary>
/// All brand licences of a consortium, and the names that its catalogue gives products, in parts like a <see cref="RosterSnapshot"/>.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="Epoch">The epoch of Marketing's store.</param>
/// <param name="Part">1 to <paramref name="Parts"/>.</param>
/// <param name="Parts">In how many parts it comes.</param>
/// <param name="Licences">Licences.</param>
/// <param name="Names">Names of products.</param>
/// <param name="OccurredAt">When it was taken, UTC.</param>
public sealed record BrandSnapshot(
    Guid ConsortiumId, long Epoch, int Part, int Parts, IReadOnlyList<BrandLicenceChanged> Licences, IReadOnlyList<ProductNamed> Names,
    DateTime OccurredAt);

/// <summary>
/// What the lead desk knows of all leads of a consortium that came from a fair, that a firm has or that became orders, in parts like a
/// <see cref="RosterSnapshot"/>. Never contains contact data.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="Epoch">The epoch of Marketing's store.</param>
/// <param name="Part">1 to <paramref name="Parts"/>.</param>
/// <param name="Parts">In how many parts it comes.</param>
/// <param name="Leads">Leads.</param>
/// <param name="OccurredAt">When it was taken, UTC.</param>
public sealed record LeadsSnapshot(
    Guid ConsortiumId, long Epoch, int Part, int Parts, IReadOnlyList<LeadNow> Leads, DateTime OccurredAt);

/// <summary>A lead as it is now; the same as <see cref="FairLeadKept"/>, <see cref="LeadAssigned"/> and <see cref="LeadWon"/> together.</summary>
/// <param name="LeadId">The lead.</param>
/// <param name="EditionId">The edition of the fair that it came from; null: from none.</param>
/// <param name="CameAt">When it first came from there, UTC.</param>
/// <param name="MemberId">The firm that has it; null: nobody.</param>
/// <param name="Since">Since when that is so, UTC; null: nobody ever had it.</param>
/// <param name="WonMinor">What it is worth as an order, in minor units of the currency; null: it is none.</param>
/// <param name="WonCurrency">ISO 4217 code; null: the consortium's base currency.</param>
/// <param name="WonAt">When it became an order, UTC.</param>
public sealed record LeadNow(
    Guid LeadId, Guid? EditionId, DateTime? CameAt, Guid? MemberId, DateTime? Since, long? WonMinor, string? WonCurrency, DateTime? WonAt);

/// <summary>A lead was assigned to a member firm. Never contains contact data.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="LeadId">The lead.</param>
/// <param name="MemberId">The member firm.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record LeadAssigned(Guid ConsortiumId, Guid LeadId, Guid MemberId, DateTime OccurredAt);

/// <summary>A lead went back to the pool: no firm has it. Never contains contact data.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="LeadId">The lead.</param>
/// <param name="MemberId">The member firm that had it.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record LeadReturned(Guid ConsortiumId, Guid LeadId, Guid MemberId, DateTime OccurredAt);

/// <summary>
/// Marketing keeps an interest that came from a fair: captured at the stand, or by a buyer who read the stand's code. Never contains contact data.
/// </summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="EditionId">The edition of the fair; one that a buyer sent may be no edition at all.</param>
/// <param name="FairLeadId">What was captured at the stand; null: the buyer asked by itself.</param>
/// <param name="LeadId">The lead; the same interest captured several times is one.</param>
/// <param name="PersonKept">False: the buyer has as many contacts as it can, the person is not among them.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record FairLeadKept(
    Guid ConsortiumId, Guid EditionId, Guid? FairLeadId, Guid LeadId, bool PersonKept, DateTime OccurredAt);

/// <summary>A lead became an order. Never contains a member's price or contact data.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="LeadId">The lead.</param>
/// <param name="MemberId">The firm that had it; null: nobody.</param>
/// <param name="ValueMinor">What it is worth, in minor units of the currency: the buyer's price, or what the firm said.</param>
/// <param name="Currency">ISO 4217 code; null: the consortium's base currency.</param>
/// <param name="OccurredAt">When, UTC; a later one replaces an earlier one.</param>
public sealed record LeadWon(Guid ConsortiumId, Guid LeadId, Guid? MemberId, long ValueMinor, string? Currency, DateTime OccurredAt);

/// <summary>A buyer accepted a version of a quotation: it is an order now. Never contains a member's price.</summary>
/// <param name="ConsortiumId">The consortium.</param>
/// <param name="QuotationId">The quotation; also the id of the order that it becomes, so that it becomes one order only.</param>
/// <param name="QuotationNumber">Its number, for example <c>Q-2026-0001</c>; the order's number.</param>
/// <param name="Version">The accepted version.</param>
/// <param name="ContentHash">SHA-256 of that version, in hexadecimal, which the buyer pinned.</param>
/// <param name="BuyerName">The buyer.</param>
/// <param name="BuyerCountry">ISO 3166-1 alpha-2 code of its country, if known.</param>
/// <param name="Currency">ISO 4217 code of the prices.</param>
/// <param name="Incoterm">The delivery term, for example <c>FOB</c>.</param>
/// <param name="NamedPlace">Its place.</param>
/// <param name="DeliverFrom">First day of the delivery window, if there is one.</param>
/// <param name="DeliverUntil">Last day of the delivery window, inclusive.</param>
/// <param name="Lines">What was ordered.</param>
/// <param name="OccurredAt">When, UTC.</param>
public sealed record QuotationAccepted(
    Guid ConsortiumId, Guid QuotationId, string QuotationNumber, int Version, string ContentHash, string BuyerName, string? BuyerCountry,
    string Currency, string? Incoterm, string? NamedPlace, DateOnly? DeliverFrom, DateOnly? DeliverUntil, IReadOnlyList<QuotedLine> Lines,
    DateTime OccurredAt);

/// <summary>A line of an accepted quotation.</summary>
/// <param name="LineId">1, 2, 3 …</param>
/// <param name="ProductCode">The consortium's product code.</param>
/// <param name="ProductName">Its name, as quoted.</param>
/// <param name="Quantity">How many of <paramref name="Unit"/>, 1 or more.</param>
/// <param name="Unit">UN/ECE code of the product's unit.</param>
/// <param name="UnitPriceMinor">The buyer's price of one unit, in minor units of the currency.</param>
public sealed record QuotedLine(string LineId, string ProductCode, string ProductName, long Quantity, string Unit, long UnitPriceMinor);
