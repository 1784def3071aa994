using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Membership.Tokens;

/// <summary>The secret under which private signing keys lie in the table <c>SigningKeys</c>.</summary>
internal sealed class KeySecret(IConfiguration configuration) : StoredSecret(configuration, "Membership:KeySecret", "membership.key");
