using ExportConsortia.Marketing.Buyers;

namespace ExportConsortia.Marketing.Leads;

/// <summary>A firm declares that it sold to a buyer directly: no ban, but commission for twelve months after a lead of that buyer.</summary>
internal static class DeclareSale
{
    private const int MostOfFirm = 5000;

    /// <summary>A sale.</summary>
    /// <param name="BuyerName">To whom, 1 to 200 characters.</param>
    /// <param name="SoldOn">When, not in the future and at most five years ago.</param>
    /// <param name="ValueMinor">Its value, in minor units of the consortium's base currency, 1 to 10¹⁵.</param>
    /// <param name="InvoiceNumber">Number of the invoice, 1 to 50 characters.</param>
    /// <param name="Site">The buyer's site or an e-mail address there.</param>
    public sealed record Request(string BuyerName, DateOnly SoldOn, long ValueMinor, string InvoiceNumber, string? Site = null);

    /// <summary>A declared sale.</summary>
    /// <param name="Id">The declaration.</param>
    /// <param name="MemberId">The firm.</param>
    /// <param name="BuyerName">To whom.</param>
    /// <param name="SoldOn">When.</param>
    /// <param name="ValueMinor">Its value, in minor units of the consortium's base currency.</param>
    /// <param name="InvoiceNumber">Number of the invoice.</param>
    /// <param name="DeclaredAt">When it was declared, UTC.</param>
    /// <param name="InTime">True: within ten days.</param>
    /// <param name="LeadId">For the clean team: the lead of this buyer on account of which commission is due; none: no commission.</param>
    public sealed record Response(
        Guid Id, Guid MemberId, string BuyerName, DateOnly SoldOn, long ValueMinor, string InvoiceNumber, DateTime DeclaredAt, bool InTime,
            Guid? LeadId);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("direct-sales", HandleAsync).WithName("DeclareDirectSale").For(Role.MemberUser)
            .WithSummary("Declare a direct sale")
            .WithDescription(
                "Within 10 days of the sale; a later declaration is kept too, and says that it is late (R-408). The same invoice is declared "
                + "once: 409 "
                + "ALREADY_DECLARED. 409 SALE_LIMIT at 5,000. The answer doesn't tell whether the buyer is known.")
            .WithExample(new Request("Nordhaus Möbel GmbH", new(2027, 3, 4), 1_200_000, "2027-0042"));
        routes.MapGet("direct-sales", ListAsync).WithName("ListDirectSales").For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor)
            .WithSummary("List declared direct sales")
            .WithDescription("A firm reads its own, the clean team all, with the lead on account of which commission is due. The latest first, at "
                + "most 500.");
    }

    private static async Task<Results<Created<Response>, ProblemHttpResult>> HandleAsync(
        Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        var (today, firm) = (consortium.Day(now), caller.MemberId!.Value);
        var errors = new InputErrors();
        var known = BuyerRegister.Check(request.BuyerName, request.Site, null, null, errors, "buyerName");
        errors.Unless(request.SoldOn <= today && request.SoldOn >= today.AddYears(-5), "soldOn", "Must not be in the future, nor over five years "
            + "ago.");
        errors.Unless(request.ValueMinor is >= 1 and <= Lead.MostValueMinor, "valueMinor", "Must be 1 to 10^15.");
        var invoice = errors.Text(request.InvoiceNumber, "invoiceNumber", 50);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.DirectSales.AnyAsync(s => s.InvoiceNumber == invoice, ct))
        {
            return new Refusal("ALREADY_DECLARED", "Your firm has declared this invoice before.").ToProblem();
        }

        if (await db.DirectSales.CountAsync(ct) >= MostOfFirm)
        {
            return new Refusal("SALE_LIMIT", "Your firm has declared as many sales as it can.").ToProblem();
        }

        var sale = db.Add(new DirectSale
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = caller.ConsortiumId,
            MemberId = firm,
            BuyerName = known.Name,
            SoldOn = request.SoldOn,
            ValueMinor = request.ValueMinor,
            InvoiceNumber = invoice,
            DeclaredAt = now,
            InTime = request.SoldOn >= today.AddDays(-DirectSale.DeclareWithinDays),
            LeadId = await LeadBehindAsync(known, request.SoldOn, consortium, db, caller, ct),
        }).Entity;
        await db.SaveChangesAsync(ct);
        return TypedResults.Created("/api/marketing/direct-sales", View(sale, caller));
    }

    private static async Task<Ok<List<Response>>> ListAsync(MarketingDb db, Caller caller, CancellationToken ct) => TypedResults.Ok(
        (await db.DirectSales.AsNoTracking().OrderByDescending(s => s.DeclaredAt).ThenBy(s => s.Id).Take(500).ToListAsync(ct))
            .ConvertAll(s => View(s, caller)));

    // The latest lead of the buyer that arrived before the sale, at most twelve months before.
    private static async Task<Guid?> LeadBehindAsync(
        BuyerRegister.Known known, DateOnly soldOn, Consortium consortium, MarketingDb db, Caller caller, CancellationToken ct)
    {
        if (await BuyerRegister.FindAsync(caller.ConsortiumId, known, db, ct) is not { } buyer)
        {
            return null;
        }

        var arrived = await db.Leads.AcrossMembers().Where(l => l.BuyerId == buyer.Id).OrderByDescending(l => l.ArrivedAt)
            .Select(l => new { l.Id, l.ArrivedAt }).ToListAsync(ct);
        return arrived.Find(l => consortium.Day(l.ArrivedAt) is var day && day <= soldOn && soldOn <= day.AddMonths(DirectSale.CommissionMonths))?.Id;
    }

    private static Response View(DirectSale s, Caller caller) => new(
        s.Id, s.MemberId, s.BuyerName, s.SoldOn, s.ValueMinor, s.InvoiceNumber, s.DeclaredAt, s.InTime, caller.IsCleanTeam ? s.LeadId : null);
}
