using ExportConsortia.Contracts;

namespace ExportConsortia.Membership.Consortia;

/// <summary>The party that a consortium trades as.</summary>
/// <param name="LegalName">Registered name, 1 to 200 characters.</param>
/// <param name="TradingName">The name that it is known by, if that is another; 1 to 200 characters.</param>
/// <param name="Endpoint">Electronic address, for example of the Peppol network; it needs a scheme.</param>
/// <param name="Identifiers">Further numbers that buyers know it by; at most 20.</param>
/// <param name="TaxId">Tax number, 1 to 50 characters.</param>
public sealed record Party(
    string LegalName, string? TradingName = null, PartyNumber? Endpoint = null, List<PartyNumber>? Identifiers = null, string? TaxId = null)
{
    internal ConsortiumParty ToContract() => new(
        LegalName, TradingName, Endpoint is null ? null : new(Endpoint.Value, Endpoint.Scheme),
        [.. (Identifiers ?? []).Select(number => new PartyIdentifier(number.Value, number.Scheme))], TaxId);
}
