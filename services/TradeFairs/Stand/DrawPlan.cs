using System.ComponentModel;
using ExportConsortia.TradeFairs.Fairs;
using ExportConsortia.TradeFairs.Participation;

namespace ExportConsortia.TradeFairs.Stand;

/// <summary>
/// The manager draws the floor plan of the stand, version by version; everybody in the consortium reads who is on it. How large another firm's booth
/// is and where it lies says what that firm has and pays for: only the clean team reads it before the fair opens, when everybody sees it there.
/// </summary>
internal static class DrawPlan
{
    private const int LongestSideCm = 100_000;

    /// <summary>A version of the plan.</summary>
    public sealed record Request
    {
        /// <summary>Number of the version that it replaces; 0 for the first.</summary>
        public required int Replaces { get; init; }

        /// <summary>Width of the stand, in centimetres, 1 to 100,000.</summary>
        public required int WidthCm { get; init; }

        /// <summary>Depth of the stand, in centimetres, 1 to 100,000.</summary>
        public required int DepthCm { get; init; }

        /// <summary>At most 100 booths, inside the stand, none over another.</summary>
        public required List<BoothRequest> Booths { get; init; }

        /// <summary>What is new, at most 500 characters.</summary>
        public string? Note { get; init; }
    }

    /// <summary>A rectangle of the stand.</summary>
    /// <param name="Label">What stands on it, 1 to 60 characters; for a firm's booth usually its name.</param>
    /// <param name="XCm">From the left side of the stand, in centimetres.</param>
    /// <param name="YCm">From the back of the stand, in centimetres.</param>
    /// <param name="WidthCm">In centimetres, 1 or more.</param>
    /// <param name="DepthCm">In centimetres, 1 or more.</param>
    /// <param name="MemberId">The firm whose booth it is; absent: all use it together.</param>
    public sealed record BoothRequest(string Label, int XCm, int YCm, int WidthCm, int DepthCm, Guid? MemberId = null);

    /// <summary>A version of the stand's floor plan.</summary>
    /// <param name="Number">Its number: 1, 2, 3 …</param>
    /// <param name="Latest">Number of the latest version.</param>
    /// <param name="WidthCm">Width of the stand, in centimetres.</param>
    /// <param name="DepthCm">Depth of the stand, in centimetres.</param>
    /// <param name="Note">What is new in it.</param>
    /// <param name="DrawnAt">When, UTC.</param>
    /// <param name="Booths">Its rectangles.</param>
    /// <param name="Differences">Only for the clean team: firms whose booths are not as large as the area that they have now, also none.</param>
    /// <param name="PictureId">The picture behind it; absent without one.</param>
    public sealed record Response(
        int Number, int Latest, int WidthCm, int DepthCm, string? Note, DateTime DrawnAt, IReadOnlyList<BoothView> Booths,
        IReadOnlyList<DifferenceView> Differences, Guid? PictureId);

    /// <summary>A rectangle of the stand. Its place and size are absent for other firms' booths until the opening day, in the fair's zone.</summary>
    /// <param name="MemberId">The firm whose booth it is: the clean team reads all, a firm its own.</param>
    /// <param name="IsCommon">True: all use it together.</param>
    /// <param name="Label">What stands on it.</param>
    /// <param name="XCm">From the left side of the stand, in centimetres.</param>
    /// <param name="YCm">From the back of the stand, in centimetres.</param>
    /// <param name="WidthCm">In centimetres.</param>
    /// <param name="DepthCm">In centimetres.</param>
    public sealed record BoothView(Guid? MemberId, bool IsCommon, string Label, int? XCm, int? YCm, int? WidthCm, int? DepthCm);

    /// <summary>A firm whose booths are not as large as the area that it has.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="DrawnCm2">Its booths, in square centimetres.</param>
    /// <param name="AllottedCm2">What it has, in square centimetres.</param>
    public sealed record DifferenceView(Guid MemberId, long DrawnCm2, long AllottedCm2);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("editions/{id:guid}/plans", DrawAsync).WithName(nameof(DrawPlan)).For(Role.ConsortiumManager)
            .WithSummary("Draw a new version of the stand's floor plan")
            .WithDescription(
                "For managers. Booths are rectangles to scale; firms that have booths must be at the stand. How much the booths differ "
                + "from the areas "
                + "is reported, not refused: columns of the hall don't follow decimetres. 409 PLAN_CHANGED if somebody drew another version since; "
                + "NOT_COMMITTED; PLAN_LIMIT at 200 versions; EDITION_ENDED.")
            .WithExample(new Request
            {
                Replaces = 0, WidthCm = 1000, DepthCm = 600, Note = "First draft",
                Booths = [new("Sombath Teak", 0, 0, 600, 300, new("0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c")), new("Meeting area", 600, 0, 400, 300)],
            });
        routes.MapGet("editions/{id:guid}/plan", GetAsync).WithName("GetFloorPlan").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read the stand's floor plan")
            .WithDescription(
                "For everybody in the consortium: the latest version, or the one asked for. A firm reads who is on it, and places and sizes of its "
                + "own booths and of what all use; those of others from the opening day on. 404 if there is none.");
    }

    private static async Task<Results<Created<Response>, ProblemHttpResult>> DrawAsync(
        Guid id, Request request, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        errors.Unless(request.WidthCm is >= 1 and <= LongestSideCm, "widthCm", $"Must be 1 to {LongestSideCm:N0}.");
        errors.Unless(request.DepthCm is >= 1 and <= LongestSideCm, "depthCm", $"Must be 1 to {LongestSideCm:N0}.");
        var note = string.IsNullOrWhiteSpace(request.Note) ? null : errors.Text(request.Note, "note", FloorPlan.LongestNote);
        var booths = Booths(request, errors);
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        FloorPlan? plan = null;
        List<FairCommitment> firms = [];
        Guid? picture = null;
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                var latest = await db.Plans.Where(p => p.EditionId == id).MaxAsync(p => (int?)p.Number, ct) ?? 0;
                firms = await FirmsAsync(id, db, ct);
                picture = await PictureAsync(id, db, ct);
                plan = db.Add(new FloorPlan
                {
                    Id = Guid.CreateVersion7(), ConsortiumId = edition.ConsortiumId, EditionId = id, Number = latest + 1, WidthCm = request.WidthCm,
                    DepthCm = request.DepthCm, Booths = booths, Note = note, DrawnBy = caller.UserId, DrawnAt = clock.GetUtcNow().UtcDateTime,
                }).Entity;
                return (edition.RefuseEnded()
                    ?? (request.Replaces == latest ? null : new Refusal("PLAN_CHANGED", $"Version {latest} is the latest now: look at it first."))
                    ?? (latest < FloorPlan.MostVersions ? null
                        : new Refusal("PLAN_LIMIT", $"There are {FloorPlan.MostVersions} versions, as many as can be."))
                    ?? (booths.Exists(b => b.MemberId is { } member && !firms.Exists(f => f.MemberId == member))
                        ? new Refusal("NOT_COMMITTED", "A firm that has a booth is not at the stand.") : null))?.ToProblem();
            },
            ct);
        return refused is not null ? refused
            : TypedResults.Created(
                $"/api/tradefairs/editions/{id}/plan?number={plan!.Number}", Of(plan, plan.Number, firms, picture, caller, isOpen: false));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(
        Guid id, TradeFairsDb db, Caller caller, TimeProvider clock, CancellationToken ct,
        [Description("Number of the version; the latest by default.")] int? number = null)
    {
        var latest = await db.Plans.Where(p => p.EditionId == id).MaxAsync(p => (int?)p.Number, ct);
        var wanted = number ?? latest;
        if (await db.Plans.AsNoTracking().SingleOrDefaultAsync(p => p.EditionId == id && p.Number == wanted, ct) is not { } plan)
        {
            return Refusal.NotFound();
        }

        var edition = await db.Editions.AsNoTracking().SingleAsync(e => e.Id == id, ct);
        var isOpen = edition.State != FairState.Cancelled && edition.DaysToOpening(clock.GetUtcNow().UtcDateTime) <= 0;
        return TypedResults.Ok(Of(plan, latest!.Value, await FirmsAsync(id, db, ct), await PictureAsync(id, db, ct), caller, isOpen));
    }

    private static Task<List<FairCommitment>> FirmsAsync(Guid id, TradeFairsDb db, CancellationToken ct) => db.Commitments.AsNoTracking()
        .Where(c => c.EditionId == id && c.State == CommitmentState.Committed).OrderBy(c => c.MemberId).ToListAsync(ct);

    private static Task<Guid?> PictureAsync(Guid id, TradeFairsDb db, CancellationToken ct) =>
        db.PlanPictures.Where(p => p.EditionId == id).Select(p => (Guid?)p.Id).SingleOrDefaultAsync(ct);

    private static List<Booth> Booths(Request request, InputErrors errors)
    {
        errors.Unless(request.Booths.Count <= FloorPlan.MostBooths, "booths", $"Must be at most {FloorPlan.MostBooths}.");
        var booths = new List<Booth>();
        foreach (var (i, b) in request.Booths.Take(FloorPlan.MostBooths).Index())
        {
            errors.Unless(
                b is { XCm: >= 0, YCm: >= 0, WidthCm: >= 1, DepthCm: >= 1 } && (long)b.XCm + b.WidthCm <= request.WidthCm
                && (long)b.YCm + b.DepthCm <= request.DepthCm,
                $"booths[{i}]", "Must lie inside the stand.");
            var booth = new Booth(b.MemberId, errors.Text(b.Label, $"booths[{i}].label", FloorPlan.LongestLabel), b.XCm, b.YCm, b.WidthCm, b.DepthCm);
            errors.Unless(!booths.Exists(booth.Overlaps), $"booths[{i}]", "Must not lie over another booth.");
            booths.Add(booth);
        }

        return booths;
    }

    private static Response Of(FloorPlan p, int latest, List<FairCommitment> firms, Guid? picture, Caller caller, bool isOpen) => new(
        p.Number, latest, p.WidthCm, p.DepthCm, p.Note, p.DrawnAt,
        p.Booths.ConvertAll(b => caller.IsCleanTeam || isOpen || b.MemberId is null || b.MemberId == caller.MemberId
            ? new BoothView(
                caller.IsCleanTeam || b.MemberId == caller.MemberId ? b.MemberId : null, b.MemberId is null, b.Label, b.XCm, b.YCm, b.WidthCm,
                b.DepthCm)
            : new(null, false, b.Label, null, null, null, null)),
        !caller.IsCleanTeam ? [] :
        [
            // 1 dm² is 100 cm². Firms that have withdrawn since have nothing.
            .. firms.Select(f => f.MemberId).Union(p.Booths.Select(b => b.MemberId).OfType<Guid>()).Select(firm => new DifferenceView(
                firm, p.Booths.Where(b => b.MemberId == firm).Sum(b => b.AreaCm2()),
                (firms.Find(f => f.MemberId == firm)?.AllottedAreaDm2 ?? 0) * 100)).Where(d => d.DrawnCm2 != d.AllottedCm2),
        ],
        picture);
}
