using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Allocation.SealedPrices;

/// <summary>The secret that encrypts the prices in the table <c>PriceInvitations</c> until they are opened (F-C4).</summary>
internal sealed class PriceSecret(IConfiguration configuration) : StoredSecret(configuration, "Allocation:PriceSecret", "allocation.key");
