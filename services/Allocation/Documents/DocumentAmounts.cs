namespace ExportConsortia.Allocation.Documents;

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
/// <param name="RoundingAmount">Rounding added to the payable amount; may be negative.</param>
/// <param name="PayableAmount">The amount to pay.</param>
public sealed record OrderTotals(
    long? LineAmount = null,
    long? TaxExclusiveAmount = null,
    long? TaxInclusiveAmount = null,
    long? AllowanceTotal = null,
    long? ChargeTotal = null,
    long? PrepaidAmount = null,
    long? RoundingAmount = null,
    long? PayableAmount = null);
