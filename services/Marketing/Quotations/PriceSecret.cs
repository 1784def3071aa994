using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>The secret that encrypts the prices in the table <c>QuotationPrices</c> until they are opened (F-C4).</summary>
internal sealed class PriceSecret(IConfiguration configuration) : StoredSecret(configuration, "Marketing:PriceSecret", "marketing.key");
