using ExportConsortia.Contracts;

namespace ExportConsortia.Allocation.Documents;

/// <summary>The party that the consortium trades as, in the terms of an order document.</summary>
internal static class OwnParty
{
    /// <summary>
    /// Whether an order is addressed to the consortium's own party: an endpoint or a tax number that both name is the same, and so is one of the
    /// numbers or, if they name none of the same scheme, the registered name (else the trading name).
    /// </summary>
    public static bool Is(ConsortiumParty own, DocumentParty seller)
    {
        var taxIds = seller.TaxSchemes.Select(tax => tax.CompanyId?.Value).OfType<string>().Select(Plain).ToHashSet();
        var sameTaxId = own.TaxId is not null && taxIds.Contains(Plain(own.TaxId));
        var otherTaxId = own.TaxId is not null && taxIds.Count > 0 && !sameTaxId;
        var otherEndpoint = own.Endpoint is { } ours && seller.Endpoint is { } its && ours.Scheme == its.SchemeId && !Same(ours, its);
        if (otherTaxId || otherEndpoint)
        {
            return false;
        }

        List<PartyIdentifier> numbers = own.Endpoint is { } endpoint ? [endpoint, .. own.Identifiers] : [.. own.Identifiers];
        var theirs = new[] { seller.Endpoint, seller.LegalEntity?.CompanyId }.Concat(seller.Identifications).OfType<Identifier>().ToList();
        if (sameTaxId || theirs.Exists(their => numbers.Exists(number => Same(number, their))))
        {
            return true;
        }

        var sameScheme = theirs.Exists(their => their.SchemeId is not null && numbers.Exists(number => number.Scheme == their.SchemeId));
        var name = string.IsNullOrWhiteSpace(seller.LegalEntity?.RegistrationName) ? seller.Name : seller.LegalEntity.RegistrationName;
        return !sameScheme && name is not null
            && new[] { own.LegalName, own.TradingName }.Any(called => called is not null && Plain(called) == Plain(name));
    }

    /// <summary>The seller's party that signs answers.</summary>
    public static DocumentParty Of(ConsortiumParty own) => new()
    {
        Endpoint = own.Endpoint is { } endpoint ? new(endpoint.Value, endpoint.Scheme) : null,
        Identifications = [.. own.Identifiers.Select(number => new Identifier(number.Value, number.Scheme))],
        Name = own.TradingName,
        LegalEntity = new(own.LegalName),
        TaxSchemes = own.TaxId is { } taxId ? [new(new(taxId))] : [],
    };

    private static bool Same(PartyIdentifier own, Identifier their) =>
        their.Value is not null && own.Scheme == their.SchemeId && Plain(own.Value) == Plain(their.Value);

    // Blanks and case are written differently and mean nothing.
    private static string Plain(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
}
