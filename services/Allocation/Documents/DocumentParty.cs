namespace ExportConsortia.Allocation.Documents;

/// <summary>A firm or a part of one, as the order names it.</summary>
public sealed record DocumentParty
{
    /// <summary>Electronic address on the Peppol network.</summary>
    public Identifier? Endpoint { get; init; }

    /// <summary>Numbers that identify the party.</summary>
    public IReadOnlyList<Identifier> Identifications { get; init => field = value ?? []; } = [];

    /// <summary>Trading name.</summary>
    public string? Name { get; init; }

    /// <summary>Postal address.</summary>
    public PostalAddress? PostalAddress { get; init; }

    /// <summary>Tax numbers.</summary>
    public IReadOnlyList<PartyTaxScheme> TaxSchemes { get; init => field = value ?? []; } = [];

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
