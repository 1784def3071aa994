using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Exhibits;

/// <summary>A firm lists the goods that it takes to a fair, and says after it what became of them (FAIR-08).</summary>
internal static class KeepExhibits
{
    private const int MostOfFirm = 300;

    /// <summary>Goods of one kind.</summary>
    public sealed record Request
    {
        /// <summary>What it is, as customs read it, 1 to 200 characters.</summary>
        public required string Description { get; init; }

        /// <summary>Code of the product, if it is one of the catalogue.</summary>
        public string? ProductCode { get; init; }

        /// <summary>How many pieces, 1 to 100,000.</summary>
        public required int Pieces { get; init; }

        /// <summary>Weight of all pieces together, in grams, 1 to 10¹².</summary>
        public required long WeightGrams { get; init; }

        /// <summary>Value of all pieces together, in minor units of the edition's currency, 0 to 10¹².</summary>
        public required long ValueMinor { get; init; }

        /// <summary>ISO 3166-1 alpha-2 code of the country of origin.</summary>
        public required string Origin { get; init; }

        /// <summary>True: it travels on the ATA carnet and must come back.</summary>
        public bool OnCarnet { get; init; }
    }

    /// <summary>What became of the goods.</summary>
    /// <param name="Returned">Pieces that are back home.</param>
    /// <param name="Stayed">Pieces that were sold or given away there.</param>
    /// <param name="Lost">Pieces that were used up, broken or lost.</param>
    public sealed record ReturnRequest(int Returned, int Stayed = 0, int Lost = 0);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var example = new Request
        {
            Description = "Folding armchair, teak", ProductCode = "TK-12", Pieces = 4, WeightGrams = 38_000, ValueMinor = 19_200, Origin = "LA",
            OnCarnet = true,
        };
        routes.MapPost("editions/{id:guid}/exhibits", AddAsync).WithName("AddExhibit").For(Role.MemberUser)
            .WithSummary("List goods that your firm takes to a fair")
            .WithDescription(
                "For firms that take part. 409 NOT_TAKING_PART; EXHIBIT_LIMIT at 300; WRONG_STATE once the edition is closed or "
                + "cancelled.")
            .WithExample(example);
        routes.MapPut("exhibits/{id:guid}", ChangeAsync).WithName("ChangeExhibit").For(Role.MemberUser)
            .WithSummary("Change listed goods")
            .WithDescription("By their firm, until it says what became of them: 409 ALREADY_RECONCILED.")
            .WithExample(example).WithIfMatch();
        routes.MapDelete("exhibits/{id:guid}", RemoveAsync).WithName("RemoveExhibit").For(Role.MemberUser)
            .WithSummary("Take goods off the list")
            .WithDescription("By their firm, until it says what became of them: 409 ALREADY_RECONCILED.");
        routes.MapPut("exhibits/{id:guid}/return", ReturnAsync).WithName("ReconcileExhibit").For(Role.MemberUser, Role.ConsortiumManager)
            .WithSummary("Say what became of goods after a fair")
            .WithDescription(
                "By their firm, or by the manager who clears the carnet: what the manager said, only the manager corrects. 409 "
                + "RECONCILED_BY_MANAGER. Together at most the pieces that went out. On the carnet, what stays or "
                + "is lost is dutiable.")
            .WithExample(new ReturnRequest(3, Stayed: 1)).WithIfMatch();
        routes.MapGet("editions/{id:guid}/exhibits", ListAsync).WithName("ListExhibits").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("List the goods at a fair, and the ATA carnet")
            .WithDescription(
                "The clean team reads all goods; with carnet=true only those on the ATA carnet, in the order of its general list, with its sums "
                + "and what is still to be accounted for. A firm reads its own.");
    }

    /// <summary>The goods of an edition.</summary>
    /// <param name="Exhibits">By firm and in the order in which they were listed.</param>
    /// <param name="Pieces">All pieces together.</param>
    /// <param name="WeightGrams">Their weight, in grams.</param>
    /// <param name="ValueMinor">Their value, in minor units of the currency.</param>
    /// <param name="Currency">ISO 4217 code.</param>
    /// <param name="Unaccounted">Pieces of which nobody has said yet where they are.</param>
    /// <param name="DutyDue">Pieces on the carnet that don't come back: customs ask for duty.</param>
    public sealed record Response(
        IReadOnlyList<ExhibitView> Exhibits, long Pieces, long WeightGrams, long ValueMinor, string Currency, long Unaccounted, long DutyDue);

    private static async Task<Results<Created<ExhibitView>, ProblemHttpResult>> AddAsync(
        Guid id, Request request, TradeFairsDb db, Caller caller, TimeProvider clock, HttpResponse response, CancellationToken ct)
    {
        var errors = new InputErrors();
        var exhibit = new FairExhibit
        {
            Id = Guid.CreateVersion7(), ConsortiumId = caller.ConsortiumId, EditionId = id, MemberId = caller.MemberId!.Value,
            CreatedAt = clock.GetUtcNow().UtcDateTime, Version = 1,
        };
        Fill(exhibit, request, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        ProblemHttpResult? refused = null;
        await db.InOneTransactionAsync(
            async () =>
            {
                // A firm's requests take turns at its commitment: no more than the limit however many it sends at once.
                var own = db.Commitments.Where(c => c.EditionId == id && c.MemberId == caller.MemberId && c.State == CommitmentState.Committed);
                refused = await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition ? Refusal.NotFound()
                    : edition.State is FairState.Closed or FairState.Cancelled
                        ? new Refusal("WRONG_STATE", "This edition is over.").ToProblem()
                    : await db.LockAsync(own.Select(c => c.Id).OrderBy(c => c), ct) == 0
                        ? new Refusal("NOT_TAKING_PART", "Your firm doesn't take part in this fair.").ToProblem()
                    : await db.Exhibits.CountAsync(e => e.EditionId == id && e.MemberId == caller.MemberId, ct) >= MostOfFirm
                        ? new Refusal("EXHIBIT_LIMIT", $"Your firm has listed {MostOfFirm} kinds of goods, as many as it can.").ToProblem()
                    : null;
                if (refused is not null)
                {
                    return false;
                }

                db.Add(exhibit);
                await db.SaveChangesAsync(ct);
                return true;
            },
            ct);
        if (refused is not null)
        {
            return refused;
        }

        EntityTag.Write(response, exhibit.Version);
        return TypedResults.Created($"/api/tradefairs/exhibits/{exhibit.Id}", ExhibitView.Of(exhibit));
    }

    private static Task<Results<Ok<ExhibitView>, ProblemHttpResult>> ChangeAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, CancellationToken ct) =>
        ChangedAsync(id, http, db, exhibit => RefuseReconciled(exhibit) ?? With(errors => Fill(exhibit, request, errors)), ct);

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, TradeFairsDb db, CancellationToken ct)
    {
        if (await db.Exhibits.SingleOrDefaultAsync(e => e.Id == id, ct) is not { } exhibit)
        {
            return Refusal.NotFound();
        }

        if (RefuseReconciled(exhibit) is { } refused)
        {
            return refused;
        }

        db.Remove(exhibit);
        await db.SaveChangesAsync(ct);
        return TypedResults.NoContent();
    }

    private static Task<Results<Ok<ExhibitView>, ProblemHttpResult>> ReturnAsync(
        Guid id, ReturnRequest request, HttpContext http, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct) =>
        ChangedAsync(id, http, db, exhibit => exhibit.ReconciledByManager && !caller.IsCleanTeam ? ByManager() : With(errors =>
        {
            errors.Unless(request.Returned >= 0, "returned", "Must be 0 or more.");
            errors.Unless(request.Stayed >= 0, "stayed", "Must be 0 or more.");
            errors.Unless(request.Lost >= 0, "lost", "Must be 0 or more.");
            errors.Unless(
                (long)request.Returned + request.Stayed + request.Lost <= exhibit.Pieces, "returned",
                $"Together at most the {exhibit.Pieces} pieces that went out.");
            if (!errors.Any)
            {
                exhibit.Reconcile(request.Returned, request.Stayed, request.Lost, caller.IsCleanTeam, clock.GetUtcNow().UtcDateTime);
            }
        }), ct);

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ListAsync(
        Guid id, bool? carnet, TradeFairsDb db, CancellationToken ct)
    {
        if (await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        var exhibits = await db.Exhibits.AsNoTracking().Where(e => e.EditionId == id && (carnet != true || e.OnCarnet))
            .OrderBy(e => e.MemberId).ThenBy(e => e.CreatedAt).ThenBy(e => e.Id).ToListAsync(ct);
        return TypedResults.Ok(new Response(
            exhibits.ConvertAll(ExhibitView.Of), exhibits.Sum(e => (long)e.Pieces), exhibits.Sum(e => e.WeightGrams), exhibits.Sum(e => e.ValueMinor),
            edition.Currency, exhibits.Sum(e => (long)e.Unaccounted), exhibits.Sum(e => (long)e.DutyDue)));
    }

    private static async Task<Results<Ok<ExhibitView>, ProblemHttpResult>> ChangedAsync(
        Guid id, HttpContext http, TradeFairsDb db, Func<FairExhibit, ProblemHttpResult?> change, CancellationToken ct)
    {
        if (await db.Exhibits.SingleOrDefaultAsync(e => e.Id == id, ct) is not { } exhibit)
        {
            return Refusal.NotFound();
        }

        if ((EntityTag.Check(http.Request, exhibit.Version) ?? change(exhibit)) is { } refused)
        {
            return refused;
        }

        exhibit.Version++;
        await db.SaveChangesAsync(ct);
        EntityTag.Write(http.Response, exhibit.Version);
        return TypedResults.Ok(ExhibitView.Of(exhibit));
    }

    private static ProblemHttpResult? RefuseReconciled(FairExhibit exhibit) => exhibit.ReconciledAt is null ? null
        : new Refusal("ALREADY_RECONCILED", "What became of these goods was said: they stay on the list.").ToProblem();

    private static ProblemHttpResult ByManager() => new Refusal(
        "RECONCILED_BY_MANAGER", "The manager has said what became of these goods: tell the manager if it is wrong.").ToProblem();

    private static ProblemHttpResult? With(Action<InputErrors> check)
    {
        var errors = new InputErrors();
        check(errors);
        return errors.Any ? errors.ToProblem() : null;
    }

    private static void Fill(FairExhibit exhibit, Request request, InputErrors errors)
    {
        errors.Unless(request.Pieces is >= 1 and <= FairExhibit.MostPieces, "pieces", $"Must be 1 to {FairExhibit.MostPieces:N0}.");
        errors.Unless(request.WeightGrams is >= 1 and <= FairExhibit.MostValueMinor, "weightGrams", "Must be 1 to 10^12.");
        errors.Unless(request.ValueMinor is >= 0 and <= FairExhibit.MostValueMinor, "valueMinor", "Must be 0 to 10^12.");
        errors.Unless(
            request.Origin is { Length: 2 } && request.Origin.All(char.IsAsciiLetter), "origin", "Must be a code of two letters, such as LA.");
        exhibit.Description = errors.Text(request.Description, "description", FairExhibit.LongestText);
        exhibit.ProductCode = string.IsNullOrWhiteSpace(request.ProductCode) ? null : errors.Text(request.ProductCode, "productCode", 50);
        (exhibit.Pieces, exhibit.WeightGrams, exhibit.ValueMinor) = (request.Pieces, request.WeightGrams, request.ValueMinor);
        (exhibit.Origin, exhibit.OnCarnet) = (request.Origin?.ToUpperInvariant() ?? "", request.OnCarnet);
    }
}

/// <summary>Goods at a fair.</summary>
/// <param name="Id">The goods.</param>
/// <param name="MemberId">Their firm.</param>
/// <param name="Description">What it is.</param>
/// <param name="ProductCode">Code of the product, if it is one of the catalogue.</param>
/// <param name="Pieces">How many pieces went out.</param>
/// <param name="WeightGrams">Weight of all together, in grams.</param>
/// <param name="ValueMinor">Value of all together, in minor units of the edition's currency.</param>
/// <param name="Origin">ISO 3166-1 alpha-2 code of the country of origin.</param>
/// <param name="OnCarnet">True: on the ATA carnet.</param>
/// <param name="Returned">Pieces that are back home.</param>
/// <param name="Stayed">Pieces that were sold or given away there.</param>
/// <param name="Lost">Pieces that were used up, broken or lost.</param>
/// <param name="Unaccounted">Pieces of which nobody has said yet where they are.</param>
/// <param name="DutyDue">Pieces on the carnet that don't come back.</param>
/// <param name="ReconciledByManager">True: the manager said what became of them, and only the manager corrects it.</param>
/// <param name="Version">Grows by one with each change. Same as the <c>ETag</c>.</param>
public sealed record ExhibitView(
    Guid Id, Guid MemberId, string Description, string? ProductCode, int Pieces, long WeightGrams, long ValueMinor, string Origin, bool OnCarnet,
    int Returned, int Stayed, int Lost, int Unaccounted, int DutyDue, bool ReconciledByManager, long Version)
{
    internal static ExhibitView Of(FairExhibit e) => new(
        e.Id, e.MemberId, e.Description, e.ProductCode, e.Pieces, e.WeightGrams, e.ValueMinor, e.Origin, e.OnCarnet, e.Returned, e.Stayed, e.Lost,
        e.Unaccounted, e.DutyDue, e.ReconciledByManager, e.Version);
}
