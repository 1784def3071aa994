using ExportConsortia.TradeFairs.Fairs;
using Microsoft.Net.Http.Headers;

namespace ExportConsortia.TradeFairs.Stand;

/// <summary>
/// The manager lays a picture behind the stand's floor plan, cut to the stand's edges. Everybody in the consortium reads it, so it must not show
/// other firms' booths before the fair opens.
/// </summary>
internal static class KeepPlanPicture
{
    /// <summary>The picture behind the plan.</summary>
    /// <param name="PictureId">It; another picture has another id.</param>
    /// <param name="WidthPixels">Its width, in pixels.</param>
    /// <param name="HeightPixels">Its height, in pixels.</param>
    public sealed record Response(Guid PictureId, int WidthPixels, int HeightPixels);

    public static void Map(IEndpointRouteBuilder routes)
    {
        const string Route = "editions/{id:guid}/plan-picture";
        routes.MapPost(Route, UploadAsync).WithName(nameof(KeepPlanPicture)).For(Role.ConsortiumManager)
            .WithSummary("Lay a picture behind the stand's floor plan")
            .WithDescription("For managers, once the stand is divided; the body is the file itself. It replaces an earlier one and lies behind every "
                + "version of the plan, over the whole stand. PNG, JPEG or WebP, known by its content, at most 10 MiB, 12,000 pixels a side and 64 "
                + "million in all; kept without metadata, with a long side of at most 2,400 pixels. 400 IMAGE_EMPTY, IMAGE_KIND, IMAGE_DAMAGED, "
                + "IMAGE_DIMENSIONS; 413 TOO_LARGE; 409 NOT_ALLOTTED; EDITION_ENDED.")
            .Accepts<string>("*/*")
            .WithExample("the bytes of the file", "*/*")
            .TakesFiles();
        routes.MapGet(Route, ReadAsync).WithName("GetPlanPicture").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser)
            .WithSummary("Read the picture behind the stand's floor plan")
            .WithDescription("For everybody in the consortium. With an entity tag. 404 if there is none.")
            .Produces<byte[]>(StatusCodes.Status200OK, "image/jpeg", "image/webp");
        routes.MapDelete(Route, RemoveAsync).WithName("RemovePlanPicture").For(Role.ConsortiumManager)
            .WithSummary("Take the picture away from behind the floor plan")
            .WithDescription("For managers; without one it changes nothing. 409 EDITION_ENDED.");
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> UploadAsync(
        Guid id, HttpContext http, TradeFairsDb db, Caller caller, CancellationToken ct)
    {
        if (await db.Editions.AsNoTracking().SingleOrDefaultAsync(e => e.Id == id, ct) is not { } known)
        {
            return Refusal.NotFound();
        }

        if (Refuse(known) is { } ended)
        {
            return ended;
        }

        if (await http.Request.ReadFileAsync(RecodeImage.LargestFile, ct) is not { } file)
        {
            return Refusal.Problem(StatusCodes.Status413PayloadTooLarge, "TOO_LARGE", "The picture is larger than 10 MiB.");
        }

        var (refusal, image) = await RecodeImage.ReadAsync(file, caller.ConsortiumId, ct);
        if (refusal is not null)
        {
            return Refusal.Problem(StatusCodes.Status400BadRequest, refusal.Code, refusal.Reason);
        }

        var picture = Guid.CreateVersion7();
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                var kept = await db.PlanPictures.SingleOrDefaultAsync(p => p.EditionId == id, ct)
                    ?? db.Add(new PlanPicture { EditionId = id, ConsortiumId = edition.ConsortiumId }).Entity;
                (kept.Id, kept.ContentType, kept.Bytes) = (picture, image!.ContentType, image.Bytes);
                return Refuse(edition);
            },
            ct);
        return refused is not null ? refused : TypedResults.Ok(new Response(picture, image!.Width, image.Height));
    }

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> ReadAsync(
        Guid id, HttpContext http, TradeFairsDb db, CancellationToken ct)
    {
        if (await db.PlanPictures.AsNoTracking().SingleOrDefaultAsync(p => p.EditionId == id, ct) is not { } picture)
        {
            return Refusal.NotFound();
        }

        http.Response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(picture.Bytes, picture.ContentType, entityTag: new EntityTagHeaderValue($"\"{picture.Id:N}\""));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, TradeFairsDb db, CancellationToken ct)
    {
        var refused = await db.ChangeEditionAsync(
            id,
            async edition =>
            {
                db.RemoveRange(await db.PlanPictures.Where(p => p.EditionId == id).ToListAsync(ct));
                return edition.RefuseEnded()?.ToProblem();
            },
            ct);
        return refused is not null ? refused : TypedResults.NoContent();
    }

    private static ProblemHttpResult? Refuse(FairEdition edition) => (edition.RefuseEnded()
        ?? (edition.HasStand ? null : new Refusal("NOT_ALLOTTED", "The area is not allotted.")))?.ToProblem();
}
