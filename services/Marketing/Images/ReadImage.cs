using System.ComponentModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace ExportConsortia.Marketing.Images;

/// <summary>
/// Reads an image, whole or narrower. Everybody may read one that was part of an approved sheet; before that only its firm and the clean team, and to
/// others it is not there.
/// </summary>
internal static class ReadImage
{
    /// <summary>The widths to which images are resized; each is made once and kept.</summary>
    public static readonly int[] Widths = [320, 640, 1280];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("images/{id:guid}", HandleAsync)
        .WithName(nameof(ReadImage)).AllowAnonymous()
        .WithSummary("Read an image")
        .WithDescription("For everybody if it was part of an approved sheet; else for its firm and the clean team, 404 for others. `width` 320, 640 "
            + "or 1280 gives a narrower one; an image that isn't wider comes as it is. With an entity tag; what an id gives never changes.")
        .Produces<byte[]>(StatusCodes.Status200OK, "image/jpeg", "image/webp");

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> HandleAsync(
        Guid id, HttpContext http, MarketingDb db, IServiceScopeFactory scopes, IImageStore store, CancellationToken ct,
        [Description("320, 640 or 1280.")] int? width = null)
    {
        if (width is { } asked && !Widths.Contains(asked))
        {
            return Refusal.Invalid("width", $"Must be one of {string.Join(", ", Widths)}.");
        }

        var image = await db.Images.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, ct) ?? await PublicAsync(id, scopes, ct);
        if (image is null || await BytesAsync(image, width, store, ct) is not { } bytes)
        {
            return Refusal.NotFound();
        }

        http.Response.Headers.CacheControl = image.PublicSince is not null ? "public, max-age=31536000, immutable" : "private, no-cache";
        return TypedResults.Bytes(bytes, image.ContentType, entityTag: new EntityTagHeaderValue($"\"{id:N}-{width ?? 0}\""));
    }

    // A buyer belongs to no consortium: the platform looks for what is public.
    private static async Task<SheetImage?> PublicAsync(Guid id, IServiceScopeFactory scopes, CancellationToken ct)
    {
        await using var scope = scopes.CreatePlatformScope();
        return await scope.ServiceProvider.GetRequiredService<MarketingDb>().Images.AsNoTracking()
            .SingleOrDefaultAsync(i => i.Id == id && i.PublicSince != null, ct);
    }

    private static async Task<byte[]?> BytesAsync(SheetImage image, int? width, IImageStore store, CancellationToken ct)
    {
        if (width is not { } narrow || narrow >= image.Width)
        {
            return await store.ReadAsync(image.KeyIn(), ct);
        }

        if (await store.ReadAsync(image.KeyIn(narrow), ct) is { } known)
        {
            return known;
        }

        if (await store.ReadAsync(image.KeyIn(), ct) is not { } whole || await RecodeImage.NarrowAsync(whole, narrow, ct) is not { } made)
        {
            return null;
        }

        await store.WriteAsync(image.KeyIn(narrow), made, image.ContentType, ct);
        return made;
    }
}
