using System.Xml.Linq;
using ExportConsortia.Platform.Storage;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Portal.Session;

/// <summary>
/// The keys that encrypt cookies and sign forms, derived from one secret: nothing to store or share, and no moment in which two replicas have made
/// a key each. The decrypt-only secret opens what was made under the former one.
/// </summary>
internal sealed class PortalSecret(IConfiguration configuration) : StoredSecret(configuration, Setting, "portal.key"), IXmlRepository
{
    public const string Setting = "Portal:Secret";

    private const int KeyBytes = 64;

    private const int IdBytes = 16;

    private static readonly DateTimeOffset Begin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The keys; of several the one with the latest date encrypts.</summary>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        [.. Derive(KeyBytes + IdBytes, "cookies and forms").Index().Select(secret => Key(secret.Item, Begin.AddDays(-secret.Index)))];

    public void StoreElement(XElement element, string friendlyName) => throw new NotSupportedException($"Keys come from {Setting}.");

    private static XElement Key(byte[] seed, DateTimeOffset from) => new(
        "key", new XAttribute("id", new Guid(seed.AsSpan(KeyBytes, IdBytes))), new XAttribute("version", 1),
        new XElement("creationDate", from), new XElement("activationDate", from), new XElement("expirationDate", from.AddYears(900)),
        new XElement(
            "descriptor", new XAttribute("deserializerType", typeof(AuthenticatedEncryptorDescriptorDeserializer).AssemblyQualifiedName!),
            new XElement(
                "descriptor", new XElement("encryption", new XAttribute("algorithm", "AES_256_GCM")),
                new XElement("masterKey", new XElement("value", Convert.ToBase64String(seed.AsSpan(0, KeyBytes)))))));
}
