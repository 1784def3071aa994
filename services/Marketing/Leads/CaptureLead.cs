using ExportConsortia.Marketing.Buyers;
using ExportConsortia.Marketing.Campaigns;

namespace ExportConsortia.Marketing.Leads;

/// <summary>The manager captures a lead, for example at a stand, or a firm one that it found.</summary>
internal static class CaptureLead
{
    private const int MostOfFirm = 200;

    private static readonly string[] ManagersSources = ["Manager", "Fair", "Catalogue", "Mission"];

    /// <summary>A buyer's interest.</summary>
    public sealed record Request
    {
        /// <summary>Name of the buyer, 1 to 200 characters.</summary>
        public required string BuyerName { get; init; }

        /// <summary>Its site; if absent, the domain of the contact's e-mail address.</summary>
        public string? Site { get; init; }

        /// <summary>Its tax number.</summary>
        public string? TaxId { get; init; }

        /// <summary>ISO 3166-1 alpha-2 code of its country.</summary>
        public string? Country { get; init; }

        /// <summary>The person who asked.</summary>
        public KeepContacts.Request? Contact { get; init; }

        /// <summary>Where: <c>Manager</c> (default), <c>Fair</c>, <c>Catalogue</c> or <c>Mission</c>. A firm's own find is <c>Member</c>.</summary>
        public string? Source { get; init; }

        /// <summary>Codes of the products that it asks for, at most 50; none: anything.</summary>
        public List<string>? ProductCodes { get; init; }

        /// <summary>What the buyer said, at most 4,000 characters.</summary>
        public string? Message { get; init; }

        /// <summary>What it may be worth, in minor units of the consortium's base currency, 0 to 10¹⁵. Only the manager says it.</summary>
        public long ValueMinor { get; init; }
    }

    /// <summary>A lead was captured.</summary>
    /// <param name="Id">The lead.</param>
    /// <param name="State">Where it stands; <c>Pool</c>: nobody has it.</param>
    public sealed record Response(Guid Id, string State);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("leads", HandleAsync).WithName(nameof(CaptureLead))
        .For(Role.ConsortiumManager, Role.MemberUser)
        .WithSummary("Capture a lead")
        .WithDescription(
            "For managers, and for firms with a find of their own. It goes to the consortium's pool. The same buyer from the same source with an "
            + "interest that overlaps within 30 days is one lead, also at the same moment: the answer is that lead, whose history notes both. Firms "
            + "don't learn whether others found the buyer. 409 LEAD_LIMIT when a firm has 200 finds that nobody has yet. 409 CONTACT_LIMIT when the "
            + "firm has brought 20 people to the buyer, whether others know them or not: send the find without the person. Of a manager when the "
            + "buyer has 200 contacts.")
        .WithExample(new Request
        {
            BuyerName = "Nordhaus Möbel GmbH", Country = "DE",
                Contact = new("Anna Braun", "a.braun@nordhaus.example", Consent: new("Inquiry", "2027-01")),
            Source = "Fair", ProductCodes = ["TK-12"], Message = "Wants 500 chairs in spring.", ValueMinor = 2_400_000,
        });

    private static async Task<Results<Created<Response>, ProblemHttpResult>> HandleAsync(
        Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var errors = new InputErrors();
        var source = caller.MemberId is null ? request.Source ?? "Manager" : Lead.OfMember;
        errors.Unless(
            caller.MemberId is null ? ManagersSources.Contains(source) : request.Source is null or Lead.OfMember,
            "source", $"Must be one of {string.Join(", ", ManagersSources)}; of a firm, Member.");
        var buyer = BuyerRegister.Check(
            request.BuyerName, request.Site ?? request.Contact?.Email, request.TaxId, request.Country, errors, "buyerName");
        List<Consent> consents = [];
        if (request.Contact?.Consent is { } given)
        {
            // A firm's word doesn't outweigh that of a person who wants no more campaigns.
            errors.Unless(
                given.Purpose == "Inquiry" || (given.Purpose == Audience.Purpose && caller.MemberId is null), "contact.consent.purpose",
                "Must be Inquiry, or of a manager Campaigns.");
            errors.Unless(given.Given, "contact.consent.given", "A new contact has nothing to withdraw.");
            consents.Add(new(given.Purpose, errors.Text(given.TextVersion, "contact.consent.textVersion", 50), true, now));
        }

        var contact = request.Contact is { } person
            ? KeepContacts.Check(person.Name, person.Email, person.Phone, person.Language, consents, errors, "contact.") : null;
        errors.Unless(request.Message is null or { Length: <= 4000 }, "message", "Must have at most 4000 characters.");
        errors.Unless(
            request.ValueMinor >= 0 && request.ValueMinor <= Lead.MostValueMinor && (request.ValueMinor == 0 || caller.MemberId is null),
            "valueMinor", "Must be 0 to 10^15; a firm doesn't say it.");
        var products = await LeadDesk.CheckProductsAsync(caller.ConsortiumId, request.ProductCodes, db, errors, ct);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (caller.MemberId is { } firm
            && await db.Leads.AcrossMembers().CountAsync(l => l.FoundBy == firm && l.State == LeadState.Pool, ct) >= MostOfFirm)
        {
            return new Refusal("LEAD_LIMIT", "Your firm has as many finds in the pool as it can.").ToProblem();
        }

        var interest = new LeadDesk.Interest(
            buyer, contact, source, products, request.Message, request.ValueMinor, caller.UserId, caller.MemberId) { Firm = caller.MemberId };
        // It counts whom the firm brought, whether others know them or not: the refusal tells nothing of others.
        return await LeadDesk.KeepAsync(caller.ConsortiumId, interest, db, now, ct) is not { } lead
            ? new Refusal("CONTACT_LIMIT", caller.MemberId is null
                ? "The buyer has as many contacts as it can."
                : $"Your firm has brought {Buyer.MostOfFirm} people to this buyer, as many as it can: send the find without the person.").ToProblem()
            // A firm that finds a lead again learns no more of it than of a new one.
            : TypedResults.Created($"/api/marketing/leads/{lead.Id}",
                new Response(lead.Id, (caller.MemberId is null || lead.MemberId == caller.MemberId ? lead.State : LeadState.Pool).ToString()));
    }
}
