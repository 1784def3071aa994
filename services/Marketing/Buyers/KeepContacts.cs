namespace ExportConsortia.Marketing.Buyers;

/// <summary>
/// The manager keeps the people at a buyer: what they agreed to with the text that they read, a withdrawal, and the erasure of a person's data.
/// </summary>
internal static class KeepContacts
{
    /// <summary>A person at the buyer.</summary>
    /// <param name="Name">The person, 1 to 120 characters.</param>
    /// <param name="Email">The address; a contact with the same address is that contact.</param>
    /// <param name="Phone">In international form, 1 to 40 characters.</param>
    /// <param name="Language">Language code such as <c>de</c>.</param>
    /// <param name="Consent">What the person agreed to, if anything.</param>
    public sealed record Request(string Name, string? Email = null, string? Phone = null, string? Language = null, ConsentRequest? Consent = null);

    /// <summary>A person agreed to something, or withdraws it.</summary>
    /// <param name="Purpose">What for: <c>Inquiry</c> or <c>Campaigns</c>.</param>
    /// <param name="TextVersion">Version of the text that the person read, 1 to 50 characters.</param>
    /// <param name="Given">False: the person withdraws it.</param>
    public sealed record ConsentRequest(string Purpose, string TextVersion, bool Given = true);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("buyers/{id:guid}/contacts", AddAsync).WithName("AddContact").For(Role.ConsortiumManager)
            .WithSummary("Add a contact to a buyer")
            .WithDescription("A contact with the same e-mail address stays as it is and gets the consent. 409 CONTACT_LIMIT at 200 contacts.")
            .WithExample(new Request("Anna Braun", "a.braun@nordhaus.example", "+49 40 1234567", "de", new("Campaigns", "2027-01")));
        routes.MapPost("buyers/{id:guid}/contacts/{contactId:guid}/consents", ConsentAsync).WithName("RecordConsent").For(Role.ConsortiumManager)
            .WithSummary("Record a consent or its withdrawal")
            .WithDescription("Added to the contact's history; the latest entry of a purpose holds. 409 ERASED if the person's data were erased.")
            .WithExample(new ConsentRequest("Campaigns", "2027-01", Given: false));
        routes.MapDelete("buyers/{id:guid}/contacts/{contactId:guid}", EraseAsync).WithName("EraseContact").For(Role.ConsortiumManager)
            .WithSummary("Erase a person's data")
            .WithDescription(
                "On the person's request: name, address, phone and language go, as does what the person wrote; the history stays, without saying of "
                + "whom. It can't be undone.");
    }

    /// <summary>Checks a person's data.</summary>
    public static BuyerContact Check(
        string? name, string? email, string? phone, string? language, IReadOnlyList<Consent> consents, InputErrors errors, string prefix = "")
    {
        var address = email?.Trim().ToLowerInvariant();
        errors.Unless(address is null || EmailDomain.IsEmail(address), prefix + "email", "Must be an e-mail address.");
        errors.Unless(
            language is null || (language.Length is >= 2 and <= 8 && language.All(c => char.IsAsciiLetter(c) || c == '-')),
            prefix + "language", "Must be a language code, such as de.");
        return new(
            Guid.CreateVersion7(), errors.Text(name, prefix + "name", 120), address,
            phone is null ? null : errors.Text(phone, prefix + "phone", 40), language?.ToLowerInvariant(), consents);
    }

    private static async Task<Results<Ok<BuyerView>, ProblemHttpResult>> AddAsync(
        Guid id, Request request, MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        List<Consent> consents = request.Consent is { } given ? [Check(given, errors, clock, "consent.")] : [];
        var contact = Check(request.Name, request.Email, request.Phone, request.Language, consents, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Buyers.SingleOrDefaultAsync(b => b.Id == id, ct) is not { } buyer)
        {
            return Refusal.NotFound();
        }

        if (buyer.Meet(contact) is null)
        {
            return new Refusal("CONTACT_LIMIT", "The buyer has as many contacts as it can.").ToProblem();
        }

        db.Record("CONTACT_ADDED", id);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(BuyerView.Of(buyer));
    }

    private static async Task<Results<Ok<BuyerView>, ProblemHttpResult>> ConsentAsync(
        Guid id, Guid contactId, ConsentRequest request, MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var consent = Check(request, errors, clock, "");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Buyers.SingleOrDefaultAsync(b => b.Id == id,
            ct) is not { } buyer || buyer.Contacts.Find(c => c.Id == contactId) is not { } contact)
        {
            return Refusal.NotFound();
        }

        if (contact.ErasedAt is not null)
        {
            return new Refusal("ERASED", "This person's data were erased.").ToProblem();
        }

        buyer.Replace(contact.Saying(consent) with { ByForm = false });
        db.Record(consent.Given ? "CONSENT_RECORDED" : "CONSENT_WITHDRAWN", contactId);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(BuyerView.Of(buyer));
    }

    private static async Task<Results<Ok<BuyerView>, ProblemHttpResult>> EraseAsync(
        Guid id, Guid contactId, MarketingDb db, TimeProvider clock, CancellationToken ct)
    {
        if (await db.Buyers.SingleOrDefaultAsync(b => b.Id == id,
            ct) is not { } buyer || buyer.Contacts.Find(c => c.Id == contactId) is not { } contact)
        {
            return Refusal.NotFound();
        }

        if (contact.ErasedAt is null)
        {
            buyer.Replace(contact.Erased(clock.GetUtcNow().UtcDateTime));
            foreach (var lead in await db.Leads.Where(l => l.BuyerId == id).ToListAsync(ct))
            {
                lead.Forget(contactId);
            }

            db.Record("CONTACT_ERASED", contactId);
            await db.SaveChangesAsync(ct);
        }

        return TypedResults.Ok(BuyerView.Of(buyer));
    }

    private static Consent Check(ConsentRequest request, InputErrors errors, TimeProvider clock, string prefix)
    {
        errors.Unless(request.Purpose is "Inquiry" or "Campaigns", prefix + "purpose", "Must be Inquiry or Campaigns.");
        return new(request.Purpose, errors.Text(request.TextVersion, prefix + "textVersion", 50), request.Given, clock.GetUtcNow().UtcDateTime);
    }
}
