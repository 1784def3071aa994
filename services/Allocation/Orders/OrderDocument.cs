using System.ComponentModel.DataAnnotations;

namespace ExportConsortia.Allocation.Orders;

/// <summary>
/// A buyer's order as the buyer wrote it: the body of an order sent as JSON, and what is read from a UBL order. It holds what an order
/// carries on the Peppol network (BIS Order 3), so that nothing the buyer said is lost between the file and the member firms.
/// Every amount is a whole number of minor units of <see cref="Currency"/>, every quantity a whole number of pieces.
/// </summary>
public sealed record OrderDocument
{
    /// <summary>UBL version that the file names; null for JSON and for most Peppol files.</summary>
    public string? UblVersion { get; init; }

    /// <summary>The specification that the file follows, for example <c>urn:fdc:peppol.eu:poacc:trns:order:3</c>; null for JSON.</summary>
    public string? CustomizationId { get; init; }

    /// <summary>The business process that the file belongs to, for example <c>urn:fdc:peppol.eu:poacc:bis:ordering:3</c>; null for JSON.</summary>
    public string? ProfileId { get; init; }

    /// <summary>The buyer's own number of this order.</summary>
    public string? OrderNumber { get; init; }

    /// <summary>The seller's number of the order, if the seller gave one before.</summary>
    public string? SalesOrderNumber { get; init; }

    /// <summary>The day on which the buyer issued the order.</summary>
    public DateOnly? IssueDate { get; init; }

    /// <summary>Time of day of the issue as the buyer wrote it: <c>hh:mm:ss</c>, with a zone only if the buyer gave one.</summary>
    public string? IssueTime { get; init; }

    /// <summary>UNCL 1001: 220 purchase order (meant when absent), 227 consignment order.</summary>
    public string? OrderTypeCode { get; init; }

    /// <summary>Free text on the whole order.</summary>
    public IReadOnlyList<string> Notes { get; init => field = Given(value); } = [];

    /// <summary>ISO 4217 code of the one currency in which the whole order is stated.</summary>
    [Required]
    public string Currency { get; init => field = value ?? ""; } = "";

    /// <summary>The code list that the buyer names for <see cref="Currency"/>.</summary>
    public string? CurrencyListId { get; init; }

    /// <summary>"Your reference": who ordered, to be repeated on the invoice.</summary>
    public string? CustomerReference { get; init; }

    /// <summary>The buyer's booking reference, to be repeated on the invoice.</summary>
    public string? AccountingCost { get; init; }

    /// <summary>Until when the seller must answer.</summary>
    public DeliveryPeriod? Validity { get; init; }

    /// <summary>Number of the quotation that the order rests on.</summary>
    public string? QuotationReference { get; init; }

    /// <summary>Number of the order that was rejected and that this one replaces.</summary>
    public string? RejectedOrderReference { get; init; }

    /// <summary>Number of the requisition inside the buyer's house.</summary>
    public string? OriginatorReference { get; init; }

    /// <summary>Number of the catalogue that the buyer ordered from.</summary>
    public string? CatalogueReference { get; init; }

    /// <summary>Further documents: drawings, lists, by address or with their content.</summary>
    public IReadOnlyList<AttachedDocument> AdditionalDocuments { get; init => field = Given(value); } = [];

    /// <summary>Number of the contract that the order is a call on.</summary>
    public string? ContractReference { get; init; }

    /// <summary>The buyer's project.</summary>
    public string? ProjectReference { get; init; }

    /// <summary>Who orders; a name is needed.</summary>
    [Required]
    public DocumentParty Buyer { get; init => field = value ?? new(); } = new();

    /// <summary>Whom the order is addressed to: the consortium. Null in JSON means the consortium of the caller.</summary>
    public DocumentParty? Seller { get; init; }

    /// <summary>Who in the buyer's house asked for the goods.</summary>
    public DocumentParty? Originator { get; init; }

    /// <summary>Who is to be invoiced, if not the buyer.</summary>
    public DocumentParty? AccountingCustomer { get; init; }

    /// <summary>Where and when the buyer wants the goods.</summary>
    public DeliveryRequest? Delivery { get; init; }

    /// <summary>Incoterm and named place.</summary>
    public DeliveryTerms? DeliveryTerms { get; init; }

    /// <summary>Payment terms in words.</summary>
    public string? PaymentTerms { get; init; }

    /// <summary>Allowances and charges on the whole order.</summary>
    public IReadOnlyList<AllowanceOrCharge> AllowancesAndCharges { get; init => field = Given(value); } = [];

    /// <summary>Expected tax on the whole order, in minor units.</summary>
    public long? TaxAmount { get; init; }

    /// <summary>The sums that the buyer expects.</summary>
    public OrderTotals? Totals { get; init; }

    /// <summary>What is ordered; at least one line.</summary>
    [Required]
    public IReadOnlyList<DocumentLine> Lines { get; init => field = Given(value); } = [];

    /// <summary>What the file says beyond this record, element by element: kept so that nothing is dropped.</summary>
    public IReadOnlyList<UnmappedValue> Unmapped { get; init => field = Given(value); } = [];

    /// <summary>What an order sent as JSON lacks or contradicts: sentences by field path, such as <c>lines[2].quantity</c>; empty if it can be taken in.</summary>
    internal Dictionary<string, string[]> Validate() =>
        CheckOrderDocument.Faults(this)
            .GroupBy(fault => fault.Field)
            .ToDictionary(field => field.Key, field => field.Select(fault => $"{fault.Sentence} ({fault.Rule})").ToArray());

    /// <summary>A list as sent: absent is empty, and an entry that is <c>null</c> says nothing.</summary>
    internal static IReadOnlyList<T> Given<T>(IReadOnlyList<T>? sent) where T : class =>
        sent is null ? [] : sent.Contains(null!) ? [.. sent.Where(entry => entry is not null)] : sent;
}

/// <summary>One line of a buyer's order: an item, how much of it, and at which price.</summary>
public sealed record DocumentLine
{
    /// <summary>The buyer's id of the line, unique within the order.</summary>
    [Required]
    public string LineId { get; init => field = value ?? ""; } = "";

    /// <summary>The consortium's product code. In a file it is unknown: the manager matches the line.</summary>
    public string? Product { get; init; }

    /// <summary>Ordered quantity in pieces, the smallest part that can be split; more than zero. 2.5 kg are 2500 pieces of which 1000 make a unit.</summary>
    [Required]
    public long Quantity { get; init; }

    /// <summary>How many pieces make one <see cref="Unit"/>: 1 for counted goods, a power of ten for measured ones or where the buyer wrote decimals.</summary>
    public long PiecesPerUnit { get; init; } = 1;

    /// <summary>UN/ECE Recommendation 20 or 21 code, such as <c>C62</c> or <c>KGM</c>.</summary>
    [Required]
    public string Unit { get; init => field = value ?? ""; } = "";

    /// <summary>The code list that the buyer names for <see cref="Unit"/>.</summary>
    public string? UnitListId { get; init; }

    /// <summary>Expected amount of the line without tax, in minor units.</summary>
    public long? Amount { get; init; }

    /// <summary>False: the line must come in one shipment. Absent means that parts are welcome.</summary>
    public bool? PartialDeliveryAllowed { get; init; }

    /// <summary>The buyer's booking reference for the line.</summary>
    public string? AccountingCost { get; init; }

    /// <summary>Free text on the line.</summary>
    public string? Note { get; init; }

    /// <summary>Where and when the buyer wants this line, if not like the rest.</summary>
    public DeliveryRequest? Delivery { get; init; }

    /// <summary>Who in the buyer's house asked for this line.</summary>
    public DocumentParty? Originator { get; init; }

    /// <summary>Allowances and charges on the line.</summary>
    public IReadOnlyList<AllowanceOrCharge> AllowancesAndCharges { get; init => field = OrderDocument.Given(value); } = [];

    /// <summary>The price that the buyer expects.</summary>
    public LinePrice? Price { get; init; }

    /// <summary>What is ordered, in the buyer's words and numbers.</summary>
    public DocumentItem Item { get; init => field = value ?? new(); } = new();
}

/// <summary>What a line asks for, in the buyer's words and numbers.</summary>
public sealed record DocumentItem
{
    /// <summary>Short name, as in a catalogue.</summary>
    public string? Name { get; init; }

    /// <summary>Longer text.</summary>
    public string? Description { get; init; }

    /// <summary>The buyer's number of the item.</summary>
    public Identifier? BuyersId { get; init; }

    /// <summary>The seller's number of the item.</summary>
    public Identifier? SellersId { get; init; }

    /// <summary>The manufacturer's number of the item.</summary>
    public Identifier? ManufacturersId { get; init; }

    /// <summary>A number from a registered scheme, such as a GTIN (scheme 0160).</summary>
    public Identifier? StandardId { get; init; }

    /// <summary>Numbers of the specifications that the item must meet.</summary>
    public IReadOnlyList<string> Specifications { get; init => field = OrderDocument.Given(value); } = [];

    /// <summary>Commodity codes.</summary>
    public IReadOnlyList<ListedCode> Classifications { get; init => field = OrderDocument.Given(value); } = [];

    /// <summary>Tax on the item.</summary>
    public TaxCategory? Tax { get; init; }

    /// <summary>Further properties: colour, size.</summary>
    public IReadOnlyList<ItemProperty> Properties { get; init => field = OrderDocument.Given(value); } = [];

    /// <summary>Serial and lot numbers that the buyer asks for.</summary>
    public IReadOnlyList<ItemInstance> Instances { get; init => field = OrderDocument.Given(value); } = [];
}

/// <summary>An exact price: so many minor units for so many pieces, never rounded. EUR 1.505 a piece are 1505 minor units per 10 pieces.</summary>
/// <param name="MinorUnits">Minor units of the order's currency, zero or more.</param>
/// <param name="PerQuantity">The pieces that cost so much, one or more.</param>
public sealed record UnitPrice(long MinorUnits, long PerQuantity = 1);

/// <summary>The price of a line after discount, without tax.</summary>
/// <param name="MinorUnits">Minor units of the order's currency, zero or more.</param>
/// <param name="PerQuantity">The pieces that cost so much, one or more.</param>
/// <param name="BaseQuantity">The quantity for which the buyer stated the price; absent means one unit.</param>
/// <param name="Discount">The discount that is already off the price.</param>
/// <param name="ListPrice">The price before the discount.</param>
public sealed record LinePrice(
    long MinorUnits, long PerQuantity = 1, MeasuredQuantity? BaseQuantity = null, UnitPrice? Discount = null, UnitPrice? ListPrice = null);

/// <summary>A quantity with its unit.</summary>
/// <param name="Pieces">Whole number of pieces.</param>
/// <param name="PiecesPerUnit">How many pieces make one unit, a power of ten.</param>
/// <param name="Unit">UN/ECE Recommendation 20 or 21 code.</param>
/// <param name="UnitListId">The code list that the buyer names for the unit.</param>
public sealed record MeasuredQuantity(long Pieces, long PiecesPerUnit = 1, string? Unit = null, string? UnitListId = null);

/// <summary>A number and the scheme that it comes from, such as 0088 for a GLN.</summary>
/// <param name="Value">The number.</param>
/// <param name="SchemeId">The scheme.</param>
public sealed record Identifier(string Value, string? SchemeId = null);

/// <summary>A code and the list that it comes from.</summary>
/// <param name="Value">The code.</param>
/// <param name="ListId">The list.</param>
/// <param name="ListVersionId">Version of the list.</param>
/// <param name="Name">What the code means.</param>
public sealed record ListedCode(string Value, string? ListId = null, string? ListVersionId = null, string? Name = null);

/// <summary>A firm or a part of one, as the order names it.</summary>
public sealed record DocumentParty
{
    /// <summary>Electronic address on the Peppol network.</summary>
    public Identifier? Endpoint { get; init; }

    /// <summary>Numbers that identify the party.</summary>
    public IReadOnlyList<Identifier> Identifications { get; init => field = OrderDocument.Given(value); } = [];

    /// <summary>Trading name.</summary>
    public string? Name { get; init; }

    /// <summary>Postal address.</summary>
    public PostalAddress? PostalAddress { get; init; }

    /// <summary>Tax numbers.</summary>
    public IReadOnlyList<PartyTaxScheme> TaxSchemes { get; init => field = OrderDocument.Given(value); } = [];

    /// <summary>The legal person.</summary>
    public LegalEntity? LegalEntity { get; init; }

    /// <summary>Whom to ask.</summary>
    public PartyContact? Contact { get; init; }

    /// <summary>The name to show: the trading name, else the registered one.</summary>
    internal string? KnownAs => string.IsNullOrWhiteSpace(Name) ? LegalEntity?.RegistrationName : Name;
}

/// <summary>An address; the country is an ISO 3166-1 alpha-2 code.</summary>
/// <param name="StreetName">Street and number.</param>
/// <param name="AdditionalStreetName">More of the street.</param>
/// <param name="CityName">Town.</param>
/// <param name="PostalZone">Postal code.</param>
/// <param name="CountrySubentity">Region.</param>
/// <param name="AddressLine">Anything else.</param>
/// <param name="CountryCode">Country.</param>
/// <param name="CountryListId">The list that the buyer names for the country code.</param>
public sealed record PostalAddress(
    string? StreetName = null,
    string? AdditionalStreetName = null,
    string? CityName = null,
    string? PostalZone = null,
    string? CountrySubentity = null,
    string? AddressLine = null,
    string? CountryCode = null,
    string? CountryListId = null);

/// <summary>A tax number and its kind, such as <c>VAT</c>.</summary>
/// <param name="CompanyId">The number.</param>
/// <param name="TaxScheme">The kind.</param>
public sealed record PartyTaxScheme(Identifier? CompanyId = null, string? TaxScheme = null);

/// <summary>A legal person as registered.</summary>
/// <param name="RegistrationName">The registered name.</param>
/// <param name="CompanyId">The number in the register.</param>
/// <param name="RegistrationAddress">The registered seat.</param>
public sealed record LegalEntity(string? RegistrationName = null, Identifier? CompanyId = null, PostalAddress? RegistrationAddress = null);

/// <summary>A person or desk to ask.</summary>
/// <param name="Name">Name.</param>
/// <param name="Telephone">Telephone.</param>
/// <param name="ElectronicMail">E-mail address.</param>
/// <param name="Id">The buyer's number of the contact.</param>
public sealed record PartyContact(string? Name = null, string? Telephone = null, string? ElectronicMail = null, string? Id = null);

/// <summary>A document that belongs to the order, by address or with its content (base64).</summary>
/// <param name="Id">Its number.</param>
/// <param name="DocumentType">What it is.</param>
/// <param name="Uri">Its address.</param>
/// <param name="FileName">Name of the file.</param>
/// <param name="MimeCode">Media type.</param>
/// <param name="Content">The file itself, base64.</param>
public sealed record AttachedDocument(
    string? Id = null, string? DocumentType = null, string? Uri = null, string? FileName = null, string? MimeCode = null, string? Content = null);

/// <summary>Days from the first to the last, both included; times of day as <c>hh:mm:ss</c>, with a zone only if the buyer gave one.</summary>
/// <param name="StartDate">First day.</param>
/// <param name="StartTime">Time of the first day.</param>
/// <param name="EndDate">Last day.</param>
/// <param name="EndTime">Time of the last day.</param>
public sealed record DeliveryPeriod(DateOnly? StartDate = null, string? StartTime = null, DateOnly? EndDate = null, string? EndTime = null);

/// <summary>Where and when the buyer wants the goods.</summary>
public sealed record DeliveryRequest
{
    /// <summary>The buyer's number of the delivery or, on a line, of the place to deliver to.</summary>
    public Identifier? Id { get; init; }

    /// <summary>Number of the place to deliver to.</summary>
    public Identifier? LocationId { get; init; }

    /// <summary>Name of the place to deliver to.</summary>
    public string? LocationName { get; init; }

    /// <summary>Address to deliver to.</summary>
    public PostalAddress? Address { get; init; }

    /// <summary>When the goods are wanted.</summary>
    public DeliveryPeriod? RequestedPeriod { get; init; }

    /// <summary>Who takes the goods in.</summary>
    public DocumentParty? Party { get; init; }

    /// <summary>The day on which the goods are to leave.</summary>
    public DateOnly? RequestedDespatchDate { get; init; }

    /// <summary>Time of day at which the goods are to leave, <c>hh:mm:ss</c>.</summary>
    public string? RequestedDespatchTime { get; init; }

    /// <summary>The buyer's number of the shipment; UBL asks for one, <c>NA</c> means none.</summary>
    public string? ShipmentId { get; init; }

    /// <summary>UNCL 4219 code; 1 is express.</summary>
    public string? ShippingPriorityCode { get; init; }

    /// <summary>Texts to print on the packing labels.</summary>
    public IReadOnlyList<string> ShippingMarks { get; init => field = OrderDocument.Given(value); } = [];
}

/// <summary>Who carries cost and risk how far.</summary>
/// <param name="Incoterm">Incoterms code, such as <c>FOB</c>.</param>
/// <param name="SpecialTerms">Conditions beside it.</param>
/// <param name="NamedPlace">The place that the code refers to.</param>
/// <param name="NamedPlaceSchemeId">Scheme of the place, if it is given as a number.</param>
public sealed record DeliveryTerms(string? Incoterm = null, string? SpecialTerms = null, string? NamedPlace = null, string? NamedPlaceSchemeId = null);

/// <summary>A deduction from, or an addition to, an order or a line.</summary>
/// <param name="IsCharge">True: an addition; false: a deduction.</param>
/// <param name="Amount">Minor units, zero or more.</param>
/// <param name="ReasonCode">UNCL 5189 for a deduction, UNCL 7161 for an addition.</param>
/// <param name="Reason">The reason in words.</param>
/// <param name="Percent">Percentage of the base amount; 20 means 20%.</param>
/// <param name="BaseAmount">Minor units that the percentage is taken of.</param>
/// <param name="Tax">Tax on it.</param>
public sealed record AllowanceOrCharge(
    bool IsCharge,
    long Amount,
    string? ReasonCode = null,
    string? Reason = null,
    decimal? Percent = null,
    long? BaseAmount = null,
    TaxCategory? Tax = null);

/// <summary>A tax category, such as <c>S</c> at 25%.</summary>
/// <param name="Id">UNCL 5305 code.</param>
/// <param name="SchemeId">The list that the buyer names for the code.</param>
/// <param name="Percent">Rate; 25 means 25%.</param>
/// <param name="TaxScheme">Kind of tax, such as <c>VAT</c>.</param>
public sealed record TaxCategory(string? Id = null, string? SchemeId = null, decimal? Percent = null, string? TaxScheme = null);

/// <summary>The sums that the buyer expects, in minor units.</summary>
/// <param name="LineAmount">Sum of the line amounts.</param>
/// <param name="TaxExclusiveAmount">Lines less allowances plus charges.</param>
/// <param name="TaxInclusiveAmount">The same with tax.</param>
/// <param name="AllowanceTotal">Sum of the order's allowances.</param>
/// <param name="ChargeTotal">Sum of the order's charges.</param>
/// <param name="PrepaidAmount">What is already paid.</param>
/// <param name="RoundingAmount">What is added to round what is to be paid; may be negative.</param>
/// <param name="PayableAmount">What is to be paid.</param>
public sealed record OrderTotals(
    long? LineAmount = null,
    long? TaxExclusiveAmount = null,
    long? TaxInclusiveAmount = null,
    long? AllowanceTotal = null,
    long? ChargeTotal = null,
    long? PrepaidAmount = null,
    long? RoundingAmount = null,
    long? PayableAmount = null);

/// <summary>A property of an item: colour red, length 30 mm.</summary>
/// <param name="Name">Name.</param>
/// <param name="Value">Value.</param>
/// <param name="NameCode">Code of the name.</param>
/// <param name="ValueQuantity">The value as a quantity.</param>
/// <param name="ValueQualifier">What qualifies the value.</param>
public sealed record ItemProperty(
    string? Name = null, string? Value = null, ListedCode? NameCode = null, MeasuredQuantity? ValueQuantity = null, string? ValueQualifier = null);

/// <summary>One specimen or lot that the buyer asks for.</summary>
/// <param name="SerialId">Serial number.</param>
/// <param name="LotNumber">Number of the lot.</param>
public sealed record ItemInstance(string? SerialId = null, string? LotNumber = null);

/// <summary>A value of the file that this record has no field for, with its path in the file.</summary>
/// <param name="Path">Path in the file.</param>
/// <param name="Value">The text there.</param>
public sealed record UnmappedValue(string Path, string Value);
