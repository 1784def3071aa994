using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Membership.Tokens;

/// <summary>Encrypts the private keys in the table <c>SigningKeys</c>.</summary>
internal sealed class KeySecret(IConfiguration configuration) : StoredSecret(configuration, "Membership:KeySecret", "membership.key");
