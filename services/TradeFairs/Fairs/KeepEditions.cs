using System.ComponentModel;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Fairs;

/// <summary>The manager plans editions of fairs with the organiser's deadlines; everybody in the consortium reads them.</summary>
internal static class KeepEditions
{
    private const int MostOpen = 200;
    private const int MostDays = 60;
    private const long LargestStandDm2 = 1_000_000;

    /// <summary>An edition of a fair.</summary>
    public sealed record Request
    {
        /// <summary>For example <c>2027</c>, 1 to 120 characters.</summary>
        public required string Name { get; init; }

        /// <summary>First day, in the fair's time zone.</summary>
        public required DateOnly OpensOn { get; init; }

        /// <summary>Last day, inclusive; at most 60 days in all.</summary>
        public required DateOnly ClosesOn { get; init; }

        /// <summary>ISO 4217 code of all its money.</summary>
        public required string Currency { get; init; }

        /// <summary>The whole stand, in square decimetres, 0 to 1,000,000: 1 m² is 100.</summary>
        public long StandAreaDm2 { get; init; }

        /// <summary>The part of it that all use together, in square decimetres, at most the whole.</summary>
        public long CommonAreaDm2 { get; init; }

        /// <summary>What the organiser wants, at most 50.</summary>
        public List<DeadlineRequest>? Deadlines { get; init; }
    }

    /// <summary>Something that the organiser wants.</summary>
    /// <param name="Number">Of one that is there already, its number. A new one needs a number of its own, 1 to 10,000.</param>
    /// <param name="Title">What is wanted, 1 to 120 characters.</param>
    /// <param name="DueOn">The last day for it, in the fair's time zone, to its end; either this or <paramref name="DueAt"/>.</param>
    /// <param name="DueAt">Until when, UTC, exclusive.</param>
    /// <param name="OfEachFirm">True: each firm at the stand has to do it, and it stands in its checklist.</param>
    public sealed record DeadlineRequest(
        int Number, string Title, DateOnly? DueOn = null, DateTime? DueAt = null, bool OfEachFirm = false);

    /// <summary>A page of editions.</summary>
    /// <param name="Editions">The latest added first.</param>
    /// <param name="Before">Send it as <c>before</c> to read on; absent on the last page.</param>
    public sealed record Response(IReadOnlyList<EditionView> Editions, Guid? Before);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var example = new Request
        {
            Name = "2027", OpensOn = new(2027, 1, 18), ClosesOn = new(2027, 1, 22), Currency = "EUR", StandAreaDm2 = 6000, CommonAreaDm2 = 1200,
            Deadlines = [new(1, "Entry in the exhibitors' catalogue", new DateOnly(2026, 11, 15), OfEachFirm: true)],
        };
        routes.MapPost("fairs/{id:guid}/editions", AddAsync).WithName("AddFairEdition").For(Role.ConsortiumManager)
            .WithSummary("Propose an edition of a fair")
            .WithDescription("For managers. Nobody is asked yet. 409 EDITION_LIMIT when 200 are not closed or cancelled.")
            .WithExample(example);
        routes.MapPut("editions/{id:guid}", ChangeAsync).WithName("ChangeFairEdition").For(Role.ConsortiumManager)
            .WithSummary("Change an edition of a fair")
            .WithDescription(
                "For managers, until it is closed or cancelled. 409 EDITION_FIXED for another currency once firms have been asked or there is a "
                + "grant, or other days once it has begun; AREA_ALLOTTED if the stand were smaller than what firms have; EDITION_ENDED. Penalties "
                + "count to the opening day that was known when the plan of the costs was approved, whatever it is now.")
            .WithExample(example).WithIfMatch();
        routes.MapGet("editions", ListAsync).WithName("ListFairEditions").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("List editions of fairs")
            .WithDescription("For everybody in the consortium; a firm reads with each what it asks for itself.");
        routes.MapGet("editions/{id:guid}", GetAsync).WithName("GetFairEdition").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read an edition of a fair")
            .WithDescription(
                "The clean team reads what each firm asks for and got; a firm its own. Send the response's ETag as If-Match when you change it.");
    }

    private static async Task<Results<Created<EditionView>, ProblemHttpResult>> AddAsync(
        Guid id, Request request, TradeFairsDb db, Caller caller, TimeProvider clock, HttpResponse response, CancellationToken ct)
    {
        if (await db.Fairs.AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, ct) is not { } fair)
        {
            return Refusal.NotFound();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var errors = new InputErrors();
        var edition = new FairEdition
        {
            Id = Guid.CreateVersion7(), ConsortiumId = caller.ConsortiumId, FairId = id, TimeZone = fair.TimeZone, CreatedAt = now, Version = 1,
        };
        Fill(edition, request, errors);
        errors.Unless(request.ClosesOn >= edition.Zone.DayAt(now), "closesOn", "Must not be over.");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Editions.CountAsync(e => e.State != FairState.Closed && e.State != FairState.Cancelled, ct) >= MostOpen)
        {
            return new Refusal("EDITION_LIMIT", $"{MostOpen} editions are neither closed nor cancelled, as many as can be.").ToProblem();
        }

        db.Add(edition);
        db.Record("FAIR_EDITION_PROPOSED", edition.Id, edition.Name);
        await db.SaveChangesAsync(ct);
        EntityTag.Write(response, edition.Version);
        return TypedResults.Created($"/api/tradefairs/editions/{edition.Id}", EditionView.Of(edition, fair, now, db.IsForCleanTeam));
    }

    private static async Task<Results<Ok<EditionView>, ProblemHttpResult>> ChangeAsync(
        Guid id, Request request, HttpContext http, TradeFairsDb db, TimeProvider clock, CancellationToken ct)
    {
        FairEdition? changed = null;
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                var before = (edition.Currency, edition.OpensOn, edition.ClosesOn);
                if ((EntityTag.Check(http.Request, edition.Version) ?? edition.RefuseEnded()?.ToProblem()) is { } no)
                {
                    return no;
                }

                var errors = new InputErrors();
                Fill(edition, request, errors);
                if (errors.Any)
                {
                    return errors.ToProblem();
                }

                // What firms noted of a deadline that is gone must not stand with a new one of its number.
                var kept = edition.Deadlines.ConvertAll(d => d.Number);
                db.RemoveRange(await db.Tasks.Where(t => t.EditionId == id && !kept.Contains(t.Number)).ToListAsync(ct));
                var given = await db.Commitments.Where(c => c.EditionId == id).SumAsync(c => c.AllottedAreaDm2, ct);
                changed = edition;
                edition.Version++;
                db.Record("FAIR_EDITION_CHANGED", id);
                var isFixed = edition.State != FairState.Proposed || await db.Grants.AnyAsync(g => g.EditionId == id, ct);
                return (isFixed && edition.Currency != before.Currency
                        ? new Refusal("EDITION_FIXED", "Firms have been asked, or there is a grant: the currency stays.")
                        : edition.State is FairState.Running or FairState.Settling
                            && (edition.OpensOn, edition.ClosesOn) != (before.OpensOn, before.ClosesOn)
                            ? new Refusal("EDITION_FIXED", "The fair has begun: its days stay.")
                            : given + edition.CommonAreaDm2 > edition.StandAreaDm2
                                ? new Refusal("AREA_ALLOTTED", "Firms have more area than that would leave.")
                                : null)?.ToProblem();
            },
            ct);
        if (refused is not null)
        {
            return refused;
        }

        EntityTag.Write(http.Response, changed!.Version);
        return TypedResults.Ok(await EditionView.OfAsync(changed, db, clock.GetUtcNow().UtcDateTime, ct));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ListAsync(
        TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct,
        [Description("Editions a page, 1 to 200; 50 by default.")] int? limit = null,
        [Description("Value of before in the previous page.")] Guid? before = null)
    {
        var (refused, page, most) = await db.Editions.PageAsync(nameof(FairEdition.CreatedAt), limit, before, _ => true, ct);
        if (refused is not null)
        {
            return refused;
        }

        var now = clock.GetUtcNow().UtcDateTime;
        var editions = await page.ToListAsync(ct);
        var (ids, fairIds) = (editions.ConvertAll(e => e.Id), editions.ConvertAll(e => e.FairId));
        var fairs = await db.Fairs.AsNoTracking().Where(f => fairIds.Contains(f.Id)).ToDictionaryAsync(f => f.Id, ct);
        var own = caller.MemberId is null ? []
            : await db.Commitments.AsNoTracking().Where(c => ids.Contains(c.EditionId)).ToDictionaryAsync(c => c.EditionId, ct);
        return TypedResults.Ok(new Response(
            editions.ConvertAll(e => EditionView.Of(e, fairs[e.FairId], now, db.IsForCleanTeam) with
            {
                Own = own.GetValueOrDefault(e.Id) is { } commitment ? CommitmentView.Of(commitment, "", null) : null,
            }),
            editions.Count < most ? null : editions[^1].Id));
    }

    private static async Task<Results<Ok<EditionView>, ProblemHttpResult>> GetAsync(
        Guid id, TradeFairsDb db, TimeProvider clock, HttpResponse response, CancellationToken ct)
    {
        if (await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } edition)
        {
            return Refusal.NotFound();
        }

        EntityTag.Write(response, edition.Version);
        return TypedResults.Ok(await EditionView.OfAsync(edition, db, clock.GetUtcNow().UtcDateTime, ct));
    }

    private static void Fill(FairEdition edition, Request request, InputErrors errors)
    {
        var currency = request.Currency.Trim().ToUpperInvariant();
        errors.Unless(
            request.ClosesOn >= request.OpensOn && request.ClosesOn.DayNumber - request.OpensOn.DayNumber < MostDays,
            "closesOn", $"Must not be before opensOn, and at most {MostDays} days in all.");
        errors.Unless(Currency.IsInUse(currency), "currency", "Must be a currency's code, such as EUR.");
        errors.Unless(request.StandAreaDm2 is >= 0 and <= LargestStandDm2, "standAreaDm2", $"Must be 0 to {LargestStandDm2:N0}.");
        errors.Unless(
            request.CommonAreaDm2 >= 0 && request.CommonAreaDm2 <= Math.Max(0, request.StandAreaDm2),
            "commonAreaDm2", "Must be 0 or more, and at most the whole stand.");
        edition.Name = errors.Text(request.Name, "name", TradeFair.LongestName);
        (edition.OpensOn, edition.ClosesOn, edition.Currency) = (request.OpensOn, request.ClosesOn, currency);
        (edition.StandAreaDm2, edition.CommonAreaDm2) = (request.StandAreaDm2, request.CommonAreaDm2);
        edition.Deadlines = Deadlines(edition, request.Deadlines ?? [], errors);
    }

    private static List<FairDeadline> Deadlines(FairEdition edition, List<DeadlineRequest> wanted, InputErrors errors)
    {
        errors.Unless(wanted.Count <= FairEdition.MostDeadlines, "deadlines", $"Must be at most {FairEdition.MostDeadlines}.");
        errors.Unless(wanted.DistinctBy(d => d.Number).Count() == wanted.Count, "deadlines", "Each needs a number of its own.");
        var known = edition.Deadlines.ToDictionary(d => d.Number);
        var list = new List<FairDeadline>();
        foreach (var (i, deadline) in wanted.Take(FairEdition.MostDeadlines).Index())
        {
            errors.Unless(deadline.Number is >= 1 and <= 10_000, $"deadlines[{i}].number", "Must be 1 to 10,000.");
            errors.Unless(deadline.DueOn is null != deadline.DueAt is null, $"deadlines[{i}].dueOn", "Needs either a day or an instant.");
            errors.Unless(
                deadline.DueAt is not { } at || Input.IsDay(DateOnly.FromDateTime(at)), $"deadlines[{i}].dueAt",
                $"Must be of the years {Input.FirstYear} to {Input.LastYear}.");
            list.Add(new(
                deadline.Number,
                errors.Text(deadline.Title, $"deadlines[{i}].title", TradeFair.LongestName),
                deadline.DueOn is { } day ? edition.Zone.BeginningOf(day.AddDays(1)) : deadline.DueAt?.ToUniversalTime() ?? default,
                deadline.OfEachFirm,
                known.GetValueOrDefault(deadline.Number)?.Uid));
        }

        return FairDeadline.InOrder(list);
    }
}
