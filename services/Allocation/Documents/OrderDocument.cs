using System.ComponentModel.DataAnnotations;

namespace ExportConsortia.Allocation.Documents;

/// <summary>
/// A buyer's order as the buyer wrote it, sent as JSON or read from a UBL file. It holds everything that an order carries on the Peppol network
/// (BIS Order 3), so that nothing is lost between the buyer and the member firms.
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
    public IReadOnlyList<string> Notes { get; init => field = value ?? []; } = [];

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

    /// <summary>Number of the quotation that the order is based on.</summary>
    public string? QuotationReference { get; init; }

    /// <summary>Number of the order that was rejected and that this one replaces.</summary>
    public string? RejectedOrderReference { get; init; }

    /// <summary>Number of the buyer's internal requisition.</summary>
    public string? OriginatorReference { get; init; }

    /// <summary>Number of the catalogue that the buyer ordered from.</summary>
    public string? CatalogueReference { get; init; }

    /// <summary>Further documents: drawings, lists, by address or with their content.</summary>
    public IReadOnlyList<AttachedDocument> AdditionalDocuments { get; init => field = value ?? []; } = [];

    /// <summary>Number of the contract that the order is a call on.</summary>
    public string? ContractReference { get; init; }

    /// <summary>The buyer's project.</summary>
    public string? ProjectReference { get; init; }

    /// <summary>Who orders; a name is needed.</summary>
    [Required]
    public DocumentParty Buyer { get; init => field = value ?? new(); } = new();

    /// <summary>The addressee: the consortium. Null in JSON means the consortium of the caller.</summary>
    public DocumentParty? Seller { get; init; }

    /// <summary>Who in the buyer's organisation asked for the goods.</summary>
    public DocumentParty? Originator { get; init; }

    /// <summary>Who will be invoiced, if not the buyer.</summary>
    public DocumentParty? AccountingCustomer { get; init; }

    /// <summary>Where and when the buyer wants the goods.</summary>
    public DeliveryRequest? Delivery { get; init; }

    /// <summary>Incoterm and named place.</summary>
    public DeliveryTerms? DeliveryTerms { get; init; }

    /// <summary>Payment terms in words.</summary>
    public string? PaymentTerms { get; init; }

    /// <summary>Allowances and charges on the whole order.</summary>
    public IReadOnlyList<AllowanceOrCharge> AllowancesAndCharges { get; init => field = value ?? []; } = [];

    /// <summary>Expected tax on the whole order, in minor units.</summary>
    public long? TaxAmount { get; init; }

    /// <summary>The sums that the buyer expects.</summary>
    public OrderTotals? Totals { get; init; }

    /// <summary>What is ordered; at least one line.</summary>
    [Required]
    public IReadOnlyList<DocumentLine> Lines { get; init => field = value ?? []; } = [];

    /// <summary>Elements of the file that have no field here: kept so that nothing is lost.</summary>
    public IReadOnlyList<UnmappedValue> Unmapped { get; init => field = value ?? []; } = [];

    /// <summary>The faults of an order sent as JSON: sentences by field path, such as <c>lines[2].quantity</c>; empty if there are none.</summary>
    internal Dictionary<string, string[]> Validate() => ByField(CheckOrderDocument.Faults(this));

    /// <summary>Faults as sentences by field path.</summary>
    internal static Dictionary<string, string[]> ByField(IEnumerable<OrderFault> faults) => faults
        .GroupBy(fault => fault.Field)
        .ToDictionary(field => field.Key, field => field.Select(fault => $"{fault.Sentence} ({fault.Rule})").ToArray());
}

/// <summary>A document that belongs to the order, by address or with its content (base64).</summary>
/// <param name="Id">Its number.</param>
/// <param name="DocumentType">What it is.</param>
/// <param name="Uri">Its address.</param>
/// <param name="FileName">Name of the file.</param>
/// <param name="MimeCode">Media type.</param>
/// <param name="Content">The file itself, base64.</param>
public sealed record AttachedDocument(
    string? Id = null, string? DocumentType = null, string? Uri = null, string? FileName = null, string? MimeCode = null, string? Content = null);

/// <summary>A value of the file that this record has no field for, with its path in the file.</summary>
/// <param name="Path">Path in the file.</param>
/// <param name="Value">The text there.</param>
public sealed record UnmappedValue(string Path, string Value);
