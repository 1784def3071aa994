using ExportConsortia.Marketing.Sheets;

namespace ExportConsortia.Marketing.Images;

/// <summary>A member firm sends images for its sheets. They are decoded and encoded again: nothing of the file is kept but its pixels.</summary>
internal static class UploadImage
{
    /// <summary>A firm's images and what it may still add.</summary>
    /// <param name="Images">The images, latest first.</param>
    /// <param name="Bytes">Their bytes in all.</param>
    /// <param name="MostImages">How many a firm may have.</param>
    /// <param name="MostBytes">How many bytes they may have in all.</param>
    public sealed record ImageList(IReadOnlyList<ImageView> Images, long Bytes, int MostImages, long MostBytes);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("sheets/images", UploadAsync)
            .WithName(nameof(UploadImage)).For(Role.MemberUser)
            .WithSummary("Upload an image")
            .WithDescription("For a member firm's users; the body is the file itself. PNG, JPEG or WebP, known by its content, at most 10 MiB, "
                + "12,000 pixels a side and 64 million in all. It is kept upright, with a long side of at most 2,400 pixels and without metadata, "
                + "as JPEG, or as WebP if it is transparent somewhere. The same file again is the same image. 400 IMAGE_EMPTY, IMAGE_KIND, "
                + "IMAGE_DAMAGED, IMAGE_DIMENSIONS; 413 TOO_LARGE; 409 IMAGE_LIMIT at 200 images or 500 MiB of the firm.")
            .Accepts<string>("*/*")
            .WithExample("the bytes of the file", "*/*")
            .TakesFiles();
        routes.MapGet("sheets/images", ListAsync)
            .WithName("ListImages").For(Role.MemberUser)
            .WithSummary("List the firm's images")
            .WithDescription("For a member firm's users: its own images, latest first, and the limits.");
        routes.MapDelete("sheets/images/{id:guid}", RemoveAsync)
            .WithName("RemoveImage").For(Role.MemberUser)
            .WithSummary("Remove an image")
            .WithDescription("For the firm that it belongs to. 409 IMAGE_IN_USE while a sheet names it or after it was part of an approved sheet: "
                + "published editions keep it.");
    }

    private static async Task<Results<Ok<ImageView>, Created<ImageView>, ProblemHttpResult>> UploadAsync(
        HttpContext http, MarketingDb db, IImageStore store, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var (refused, firm) = await db.FirmThatWritesAsync(caller, ct);
        if (refused is not null)
        {
            return refused;
        }

        if (await http.Request.ReadFileAsync(RecodeImage.LargestFile, ct) is not { } file)
        {
            return Refusal.Problem(StatusCodes.Status413PayloadTooLarge, "TOO_LARGE", "The image is larger than 10 MiB.");
        }

        var id = SheetImage.IdOf(firm!.Id, file);
        if (await db.Images.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, ct) is { } known)
        {
            return TypedResults.Ok(ImageView.Of(known));
        }

        // Before the work, and once more when it is saved.
        if (await RefuseMoreAsync(firm, 0, db, ct) is { } full)
        {
            return full.ToProblem();
        }

        var (refusal, read) = await RecodeImage.ReadAsync(file, firm.Id, ct);
        if (refusal is not null)
        {
            return Refusal.Problem(StatusCodes.Status400BadRequest, refusal.Code, refusal.Reason);
        }

        var image = new SheetImage
        {
            Id = id, ConsortiumId = firm.ConsortiumId, MemberId = firm.Id, ContentType = read!.ContentType, Width = read.Width, Height = read.Height,
            Bytes = read.Bytes.Length, AddedAt = clock.GetUtcNow().UtcDateTime, Version = 1,
        };
        Refusal? over = null;
        await db.SaveInTurnAsync(
            firm,
            async () =>
            {
                over = await RefuseMoreAsync(firm, image.Bytes, db, ct);
                if (over is not null)
                {
                    return false;
                }

                // Now, when it is sure that the firm may keep it: what is refused must not fill the store.
                await store.WriteAsync(image.KeyIn(), read.Bytes, image.ContentType, ct);
                db.Add(image);
                return true;
            },
            ct);
        return over is null ? TypedResults.Created($"/api/marketing/images/{id}", ImageView.Of(image)) : over.ToProblem();
    }

    private static async Task<Refusal?> RefuseMoreAsync(MemberFirm firm, long bytes, MarketingDb db, CancellationToken ct)
    {
        var all = db.Images.Where(i => i.MemberId == firm.Id);
        return await all.CountAsync(ct) >= SheetImage.MostOfFirm || await all.SumAsync(i => i.Bytes, ct) + bytes > SheetImage.MostBytesOfFirm
            ? new("IMAGE_LIMIT", "The firm has as many images as it can: remove some that no sheet uses.")
            : null;
    }

    private static async Task<Ok<ImageList>> ListAsync(MarketingDb db, Caller caller, CancellationToken ct)
    {
        var images = await db.Images.AsNoTracking().Where(i => i.MemberId == caller.MemberId).OrderByDescending(i => i.AddedAt).ThenBy(i => i.Id)
            .ToListAsync(ct);
        return TypedResults.Ok(new ImageList(
            images.ConvertAll(ImageView.Of), images.Sum(i => i.Bytes), SheetImage.MostOfFirm, SheetImage.MostBytesOfFirm));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        Guid id, MarketingDb db, IImageStore store, Caller caller, CancellationToken ct)
    {
        if (await db.Images.SingleOrDefaultAsync(i => i.Id == id, ct) is not { } image)
        {
            return Refusal.NotFound();
        }

        var inUse = image.PublicSince is not null;
        if (!inUse)
        {
            var drafts = db.Sheets.Where(s => s.MemberId == caller.MemberId).Select(s => s.Draft);
            await foreach (var draft in drafts.AsAsyncEnumerable().WithCancellation(ct))
            {
                inUse |= draft.Images.Contains(id);
            }
        }

        if (inUse)
        {
            return new Refusal("IMAGE_IN_USE", "A sheet names this image, or it was published.").ToProblem();
        }

        db.Remove(image);
        await db.SaveChangesAsync(ct);
        foreach (var width in (int?[])[null, .. ReadImage.Widths])
        {
            await store.RemoveAsync(image.KeyIn(width), ct);
        }

        return TypedResults.NoContent();
    }
}

/// <summary>An image of a firm.</summary>
/// <param name="Id">Its id, which sheets name; everything about it stays as it is.</param>
/// <param name="ContentType"><c>image/jpeg</c> or <c>image/webp</c>.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Bytes">Size of the file that we keep.</param>
/// <param name="Public">True: it was part of an approved sheet, and everybody may read it.</param>
/// <param name="AddedAt">When it was uploaded, UTC.</param>
public sealed record ImageView(Guid Id, string ContentType, int Width, int Height, long Bytes, bool Public, DateTime AddedAt)
{
    internal static ImageView Of(SheetImage i) => new(i.Id, i.ContentType, i.Width, i.Height, i.Bytes, i.PublicSince is not null, i.AddedAt);
}
