namespace ExportConsortia.TradeFairs.Costs;

/// <summary>
/// The de minimis register, in euro: aid that firms took elsewhere, as they declare it, and which firms are one single undertaking. What this
/// consortium's grants give is noted by itself.
/// </summary>
internal static class KeepAid
{
    private const int MostOfFirm = 200;
    private const int LongestNote = 500;
    private const int LongestCode = 60;
    private const string Euro = "EUR";

    /// <summary>Aid that a firm took.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="State">Who gave it: ISO 3166-1 alpha-2 code.</param>
    /// <param name="GrantedOn">The day on which it got the right to it.</param>
    /// <param name="AmountMinor">In euro cents, 1 to 10¹².</param>
    /// <param name="Currency">
    /// <c>EUR</c>, in which aid is counted: what was granted in another currency counts as it was worth on that day.
    /// </param>
    /// <param name="Note">Where it is from, at most 500 characters.</param>
    public sealed record Request(Guid MemberId, string State, DateOnly GrantedOn, long AmountMinor, string Currency, string? Note = null);

    /// <summary>Which undertaking a firm belongs to.</summary>
    /// <param name="Code">
    /// The same for all its firms, at most 60 letters, digits, hyphens, underscores or dots; absent: the firm is one by itself.
    /// </param>
    public sealed record UndertakingRequest(string? Code);

    /// <summary>The register.</summary>
    /// <param name="Aid">The latest first, at most 2,000.</param>
    /// <param name="Undertakings">Firms that belong to an undertaking with others.</param>
    public sealed record Response(IReadOnlyList<AidView> Aid, IReadOnlyList<UndertakingView> Undertakings);

    /// <summary>Aid that a firm took.</summary>
    /// <param name="Id">The record.</param>
    /// <param name="MemberId">The firm.</param>
    /// <param name="State">Who gave it: ISO 3166-1 alpha-2 code.</param>
    /// <param name="GrantedOn">The day on which it got the right to it.</param>
    /// <param name="AmountMinor">In euro cents.</param>
    /// <param name="Currency"><c>EUR</c>.</param>
    /// <param name="Note">Where it is from.</param>
    /// <param name="GrantId">The grant of an edition that it comes from; absent: it was declared.</param>
    public sealed record AidView(
        Guid Id, Guid MemberId, string State, DateOnly GrantedOn, long AmountMinor, string Currency, string? Note, Guid? GrantId);

    /// <summary>A firm's undertaking.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="Code">The same for all its firms.</param>
    public sealed record UndertakingView(Guid MemberId, string Code);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("de-minimis", ListAsync).WithName("ListDeMinimisAid").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read which aid firms took")
            .WithDescription("The clean team reads all, a firm its own.");
        routes.MapPost("de-minimis", AddAsync).WithName("RecordDeMinimisAid").For(Role.ConsortiumManager)
            .WithSummary("Record aid that a firm took elsewhere")
            .WithDescription("For managers, as the firm declares it; also above a ceiling, since it is a fact. 409 AID_LIMIT at 200 of a firm.")
            .WithExample(new Request(new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c"), "LA", new(2025, 6, 1), 29_800_000, "EUR", "Export credit"));
        routes.MapDelete("de-minimis/{id:guid}", RemoveAsync).WithName("RemoveDeMinimisAid").For(Role.ConsortiumManager)
            .WithSummary("Remove declared aid")
            .WithDescription("For managers, when it was recorded by mistake. Aid of an edition's grant follows the edition: 404.");
        routes.MapPut("de-minimis/undertakings/{memberId:guid}", StateAsync).WithName("StateSingleUndertaking").For(Role.ConsortiumManager)
            .WithSummary("State which single undertaking a firm belongs to")
            .WithDescription("For managers. Firms with the same code share one ceiling (R-510).")
            .WithExample(new UndertakingRequest("teak-holding"));
    }

    private static async Task<Ok<Response>> ListAsync(TradeFairsDb db, CancellationToken ct)
    {
        var aid = await db.Aid.AsNoTracking().OrderByDescending(a => a.GrantedOn).ThenByDescending(a => a.Id).Take(2_000).ToListAsync(ct);
        var undertakings = await db.Undertakings.AsNoTracking().OrderBy(u => u.Code).ThenBy(u => u.MemberId).ToListAsync(ct);
        return TypedResults.Ok(new Response(aid.ConvertAll(View), undertakings.ConvertAll(u => new UndertakingView(u.MemberId, u.Code))));
    }

    private static async Task<Results<Ok<AidView>, ProblemHttpResult>> AddAsync(
        Request request, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(await db.Members.AnyAsync(m => m.Id == request.MemberId, ct), "memberId", "Must be a member firm.");
        errors.Unless(request.State is { Length: 2 } && request.State.All(char.IsAsciiLetterUpper), "state", "Must be a country's code.");
        errors.Unless(request.AmountMinor is >= 1 and <= CostItem.MostMinor, "amountMinor", $"Must be 1 to {CostItem.MostMinor}.");
        errors.Unless(
            request.Currency == Euro, "currency", "Must be EUR: the ceiling is in euro. Convert the amount by the rate of the day of the grant.");
        var note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim();
        errors.Unless(note is null or { Length: <= LongestNote }, "note", $"Must have at most {LongestNote} characters.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Aid.CountAsync(a => a.MemberId == request.MemberId && a.GrantId == null, ct) >= MostOfFirm)
        {
            return new Refusal("AID_LIMIT", $"A firm has at most {MostOfFirm} records.").ToProblem();
        }

        var aid = db.Add(new AidRecord
        {
            Id = Guid.CreateVersion7(), ConsortiumId = caller.ConsortiumId, MemberId = request.MemberId, State = request.State,
            GrantedOn = request.GrantedOn, AmountMinor = request.AmountMinor, Note = note, RecordedAt = db.Now,
        }).Entity;
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(View(aid));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, TradeFairsDb db, CancellationToken ct)
    {
        if (await db.Aid.SingleOrDefaultAsync(a => a.Id == id && a.GrantId == null, ct) is not { } aid)
        {
            return Refusal.NotFound();
        }

        db.Remove(aid);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> StateAsync(
        Guid memberId, UndertakingRequest request, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        var errors = new InputErrors();
        var code = request.Code is null ? null : errors.Code(request.Code, "code", LongestCode);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (!await db.Members.AnyAsync(m => m.Id == memberId, ct))
        {
            return Refusal.NotFound();
        }

        var known = await db.Undertakings.SingleOrDefaultAsync(u => u.MemberId == memberId, ct);
        if (code is null)
        {
            db.RemoveRange(known is null ? [] : [known]);
        }
        else
        {
            known ??= db.Add(new SingleUndertaking { MemberId = memberId, ConsortiumId = caller.ConsortiumId, Code = code }).Entity;
            known.Code = code;
        }

        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static AidView View(AidRecord a) => new(a.Id, a.MemberId, a.State, a.GrantedOn, a.AmountMinor, Euro, a.Note, a.GrantId);
}
