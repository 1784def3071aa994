namespace ExportConsortia.Marketing.Buyers;

/// <summary>A buyer, for the clean team.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Domain">Domain of its e-mail addresses; none for those of mail providers.</param>
/// <param name="TaxId">Its tax number.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code.</param>
/// <param name="Contacts">The people there.</param>
/// <param name="MergedInto">The buyer that it was merged into, if it was.</param>
/// <param name="CreatedAt">When it was registered, UTC.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
public sealed record BuyerView(
    Guid Id, string Name, string? Domain, string? TaxId, string? Country, IReadOnlyList<ContactView> Contacts, Guid? MergedInto, DateTime CreatedAt,
    long Version)
{
    internal static BuyerView Of(Buyer buyer) => new(
        buyer.Id, buyer.Name, buyer.Domain, buyer.TaxId, buyer.Country, buyer.Contacts.ConvertAll(ContactView.Of), buyer.MergedInto, buyer.CreatedAt,
        buyer.Version);
}

/// <summary>A person at a buyer.</summary>
/// <param name="Id">The contact.</param>
/// <param name="Name">The person; empty once erased.</param>
/// <param name="Email">The address.</param>
/// <param name="Phone">In international form.</param>
/// <param name="Language">Language code in which the person is written to.</param>
/// <param name="Consents">What the person agreed to and withdrew, the oldest first.</param>
/// <param name="CameFrom">The buyer that the contact was known at before a merge.</param>
/// <param name="ErasedAt">When the person's data were erased on request, UTC.</param>
public sealed record ContactView(
    Guid Id, string Name, string? Email, string? Phone, string? Language, IReadOnlyList<ConsentView> Consents, Guid? CameFrom, DateTime? ErasedAt)
{
    internal static ContactView Of(BuyerContact contact) => new(
        contact.Id, contact.Name, contact.Email, contact.Phone, contact.Language,
        [.. contact.Consents.Select(c => new ConsentView(c.Purpose, c.TextVersion, c.Given, c.At))], contact.CameFrom, contact.ErasedAt);
}

/// <summary>A person agreed to something, or withdrew it.</summary>
/// <param name="Purpose">What for, such as <c>Inquiry</c>.</param>
/// <param name="TextVersion">Version of the text that the person read.</param>
/// <param name="Given">False: withdrawn.</param>
/// <param name="At">When, UTC.</param>
public sealed record ConsentView(string Purpose, string TextVersion, bool Given, DateTime At);
