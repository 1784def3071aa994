using System.Text.Json.Serialization;

namespace ExportConsortia.Marketing.Buyers;

/// <summary>A firm abroad that buys, or may: common property of the consortium.</summary>
internal sealed class Buyer
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required string Name { get; set; }

    /// <summary>The name without case, accents, legal form and punctuation, by which the same buyer is found again.</summary>
    public required string MatchName { get; set; }

    /// <summary>Domain of its e-mail addresses and its site; null for those of mail providers.</summary>
    public string? Domain { get; set; }

    public string? TaxId { get; set; }

    /// <summary>ISO 3166-1 alpha-2 code.</summary>
    public string? Country { get; set; }

    /// <summary>The people there; replaced as a whole when one changes.</summary>
    public List<BuyerContact> Contacts { get; set; } = [];

    /// <summary>The buyer that it was merged into; the merge can be undone.</summary>
    public Guid? MergedInto { get; set; }

    public DateTime CreatedAt { get; init; }

    public long Version { get; set; }

    /// <summary>The longest name, in characters.</summary>
    public const int LongestName = 200;

    /// <summary>The longest tax number, in characters.</summary>
    public const int LongestTaxId = 50;

    /// <summary>The most contacts that the manager adds. Erased ones don't count.</summary>
    public const int MostContacts = 200;

    /// <summary>The most people at a buyer that one firm brings, whether others knew them or not. They take none of the others' places.</summary>
    public const int MostOfFirm = 20;

    /// <summary>The most people who are known only by the request form. They take none of the others' places.</summary>
    public const int MostByForm = 100;

    /// <summary>
    /// The contact with this e-mail address, or a new one. What is known of a person is never overwritten by what somebody sends again; a consent is
    /// added. Null if the buyer has as many contacts as it can. Somebody of the request form takes the place of the one who asked longest ago and
    /// isn't among <paramref name="needed"/>: anybody can name a buyer there, and must not shut out its people. Nor does a firm shut out others:
    /// each brings so many, and one that it brings counts as such also if others knew the person, or the rest would tell it who did.
    /// </summary>
    public BuyerContact? Meet(BuyerContact contact, IReadOnlySet<Guid>? needed = null, Guid? firm = null)
    {
        var known = contact.Email is { } email ? Contacts.Find(c => c.Email == email) : null;
        if (firm is { } brings && known?.IsOf(brings) != true && Contacts.Count(c => c.IsOf(brings) && c.ErasedAt is null) >= MostOfFirm)
        {
            return null;
        }

        contact = contact with { BroughtBy = firm is { } one ? [one] : null, Cards = [new(firm, contact.Name, contact.Phone, contact.Language)] };
        if (known is not null)
        {
            var met = known.Saying(contact.Consents).With(contact.Cards[0]) with { ByForm = known.ByForm && contact.ByForm };
            met = met with { BroughtBy = firm is { } other && !met.IsOf(other) ? [.. met.BroughtBy ?? [], other] : met.BroughtBy };
            Replace(met);
            return met;
        }

        if (firm is not null)
        {
            Contacts = [.. Contacts, contact];
            Version++;
            return contact;
        }

        var alike = Contacts.FindAll(c => c.ByForm == contact.ByForm && c.BroughtBy is null && c.ErasedAt is null);
        if (alike.Count >= (contact.ByForm ? MostByForm : MostContacts))
        {
            if (!contact.ByForm || alike.Find(c => needed?.Contains(c.Id) != true) is not { } oldest)
            {
                return null;
            }

            Contacts = [.. Contacts.Where(c => c.Id != oldest.Id)];
        }

        Contacts = [.. Contacts, contact];
        Version++;
        return contact;
    }

    /// <summary>Puts another state in a contact's place.</summary>
    public void Replace(BuyerContact contact)
    {
        Contacts = [.. Contacts.Select(c => c.Id == contact.Id ? contact : c)];
        Version++;
    }
}

/// <summary>A person at a buyer. Only the clean team and the firm that a lead of the buyer is assigned to may read it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">The person.</param>
/// <param name="Email">The address, in lower case.</param>
/// <param name="Phone">In international form.</param>
/// <param name="Language">Language code in which the person is written to.</param>
/// <param name="Consents">What the person agreed to, and when; a withdrawal is an entry too.</param>
internal sealed record BuyerContact(Guid Id, string Name, string? Email, string? Phone, string? Language, IReadOnlyList<Consent> Consents)
{
    /// <summary>The buyer that the contact was known at before a merge; null: this one.</summary>
    public Guid? CameFrom { get; init; }

    /// <summary>True: known only by the request form, which anybody can fill in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ByForm { get; init; }

    /// <summary>The firms that brought the person; null: the manager did, the person itself, or it was before this was kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? BroughtBy { get; init; }

    /// <summary>
    /// What each wrote of the person, the first time: a firm doesn't read what another firm's people wrote. Null: it was before this was kept, and
    /// all counts as the manager's.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ContactCard>? Cards { get; init; }

    /// <summary>When the person's data were erased on request: what is left names nobody.</summary>
    public DateTime? ErasedAt { get; init; }

    /// <summary>
    /// The same with what the person said since. So much is kept of each purpose: however often somebody asks for products in the person's name,
    /// what the person said of campaigns stays.
    /// </summary>
    public BuyerContact Saying(params IEnumerable<Consent> more) => this with
    {
        Consents = [.. Consents.Concat(more).GroupBy(c => c.Purpose).SelectMany(of => of.TakeLast(MostOfPurpose)).OrderBy(c => c.At)],
    };

    /// <summary>True: this firm brought the person.</summary>
    public bool IsOf(Guid firm) => BroughtBy?.Contains(firm) == true;

    /// <summary>The same with what somebody wrote of the person, if it is the first time.</summary>
    public BuyerContact With(ContactCard card)
    {
        var cards = Cards ?? [new(null, Name, Phone, Language)];
        return cards.Any(c => c.Firm == card.Firm) ? this : this with { Cards = [.. cards, card] };
    }

    /// <summary>
    /// The person as a firm reads it that has a lead of the buyer: what the manager or the person itself wrote if they captured the lead too, else
    /// what its own people wrote. Only of somebody whom nobody but other firms brought it reads what these wrote, or nobody could make contact.
    /// </summary>
    public BuyerContact For(Guid firm, bool isShared)
    {
        var (own, shared) = (Cards?.FirstOrDefault(c => c.Firm == firm), Cards?.FirstOrDefault(c => c.Firm is null));
        return (isShared ? shared ?? own : own ?? shared) is { } card
            ? this with { Name = card.Name, Phone = card.Phone, Language = card.Language } : this;
    }

    private const int MostOfPurpose = 50;

    /// <summary>The same without anything that tells who it was; the history stays.</summary>
    public BuyerContact Erased(DateTime now) => this with { Name = "", Email = null, Phone = null, Language = null, Cards = null, ErasedAt = now };
}

/// <summary>What somebody wrote of a person.</summary>
/// <param name="Firm">The firm whose people did; null: the manager, or the person itself.</param>
/// <param name="Name">The person.</param>
/// <param name="Phone">In international form.</param>
/// <param name="Language">Language code in which the person is written to.</param>
internal sealed record ContactCard(Guid? Firm, string Name, string? Phone, string? Language);

/// <summary>A person agreed to something, or withdrew it.</summary>
/// <param name="Purpose">For example <c>Inquiry</c> or <c>Campaigns</c>.</param>
/// <param name="TextVersion">Version of the text that the person read.</param>
/// <param name="Given">False: withdrawn.</param>
/// <param name="At">When, UTC.</param>
internal sealed record Consent(string Purpose, string TextVersion, bool Given, DateTime At);
