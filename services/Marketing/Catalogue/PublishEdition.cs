using ExportConsortia.Contracts;

namespace ExportConsortia.Marketing.Catalogue;

/// <summary>The manager publishes an edition of the joint catalogue (MKT-01): frozen, numbered, the same to the byte for ever.</summary>
internal static class PublishEdition
{
    private const int MostLacksListed = 500;
    private const int LongestReason = 1000;

    /// <summary>Which sheets the edition is made of.</summary>
    /// <param name="SheetIds">Ids of approved sheets, at most 25,000; left out: all approved sheets.</param>
    /// <param name="Reason">Needed if an approved sheet is left out: 1 to 1,000 characters, kept with the edition; the sheet's firm reads it.</param>
    public sealed record Request(List<Guid>? SheetIds = null, string? Reason = null);

    /// <summary>What an edition would be if it were published now.</summary>
    /// <param name="Number">The number that it would have.</param>
    /// <param name="Items">Number of items.</param>
    /// <param name="SameAsLatest">True: it would say what the latest edition says, so that it can't be published.</param>
    /// <param name="Added">Items that the latest edition does not have.</param>
    /// <param name="Changed">Items that say something else than in the latest edition.</param>
    /// <param name="Removed">Items of the latest edition that it would not have.</param>
    /// <param name="Lacking">Number of things that sheets lack.</param>
    /// <param name="Lacks">What sheets lack, the first 500.</param>
    public sealed record Preview(
        int Number, int Items, bool SameAsLatest, int Added, int Changed, int Removed, int Lacking, IReadOnlyList<Lack> Lacks);

    /// <summary>Something that a sheet lacks for the catalogue; only <c>ProductRetired</c> keeps it out of the edition.</summary>
    /// <param name="SheetId">The sheet.</param>
    /// <param name="ProductCode">Its product.</param>
    /// <param name="What">What it lacks, such as <c>Image</c> or <c>Language</c>.</param>
    /// <param name="Language">The language, of a missing one or of a missing text.</param>
    public sealed record Lack(Guid SheetId, string ProductCode, string What, string? Language);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("catalogue/preview", PreviewAsync)
            .WithName("PreviewEdition")
            .WithSummary("See what an edition would be")
            .WithDescription("For managers and auditors: how an edition of all approved sheets, published now, would differ from the latest, and "
                + "what its sheets lack, such as an image or a text in a language that the policy wants.")
            .For(Role.ConsortiumManager, Role.Auditor);
        routes.MapPost("editions", HandleAsync)
            .WithName(nameof(PublishEdition))
            .WithSummary("Publish an edition of the catalogue")
            .WithDescription("For managers. Freezes all approved sheets of products that are not retired, or those chosen, under the next number. "
                + "To leave out an approved sheet needs a reason, which its firm reads. The public catalogue shows it within moments. 409 "
                + "NOTHING_TO_PUBLISH when there is no such sheet; 409 SAME_AS_BEFORE when it would say what the latest edition says; 409 "
                + "LIMIT_REACHED at 1,000 editions or 25,000 items.")
            .WithExample(new Request())
            .For(Role.ConsortiumManager);
    }

    private static async Task<Ok<Preview>> PreviewAsync(MarketingDb db, Caller caller, CancellationToken ct)
    {
        var draft = await DraftEdition.CollectAsync(db, caller.ConsortiumId, ct);
        var latest = await db.LatestEditionAsync(caller.ConsortiumId, ct);
        var before = latest is null ? [] : EditionDocument.Read(latest.Document).Items.ToDictionary(i => i.SheetId, ContentOf);
        var now = draft.Items.ToDictionary(i => i.SheetId, ContentOf);
        return TypedResults.Ok(new Preview(
            (latest?.Number ?? 0) + 1,
            now.Count,
            latest is not null && latest.ContentHash == new EditionDocument("", 0, default, draft.Items).HashOfItems(),
            now.Keys.Count(id => !before.ContainsKey(id)),
            now.Count(item => before.TryGetValue(item.Key, out var old) && old != item.Value),
            before.Keys.Count(id => !now.ContainsKey(id)),
            draft.Lacks.Count,
            [.. draft.Lacks.Take(MostLacksListed).Select(lack => new Lack(lack.SheetId, lack.ProductCode, lack.Lack.ToString(), lack.Language))]));

        static string ContentOf(EditionItem item) => new EditionDocument("", 0, default, [item]).HashOfItems();
    }

    private static async Task<Results<Created<GetEditions.Response>, ProblemHttpResult>> HandleAsync(
        Request request, MarketingDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        if (request.SheetIds is { Count: 0 or > DraftEdition.MostItems })
        {
            return Refusal.Invalid("sheetIds", $"Must be 1 to {DraftEdition.MostItems:N0} sheets, or be left out.");
        }

        var errors = new InputErrors();
        errors.AtMost(LongestReason, request.Reason, "reason");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var now = clock.GetUtcNow().UtcDateTime;
        (ProblemHttpResult? refusal, CatalogueEdition? edition) = (null, null);
        await db.InOneTransactionAsync(
            async () =>
            {
                // One edition of a consortium after the other: numbers have no gaps.
                await db.LockAsync(db.Consortia.Where(c => c.Id == caller.ConsortiumId).OrderBy(c => c.Id), ct);
                (refusal, edition) = await FreezeAsync(db, caller, request, now, ct);
                if (edition is not null)
                {
                    db.Add(edition);
                    db.Record("EDITION_PUBLISHED", edition.Id, edition.LeftOutBecause);
                    db.Publish(caller.ConsortiumId, new CatalogueEditionPublished(
                        caller.ConsortiumId, edition.Id, edition.Number, edition.Items, now));
                    await db.SaveChangesAsync(ct);
                }

                return edition is not null;
            },
            ct);
        return edition is null
            ? refusal!
            : TypedResults.Created($"/api/marketing/editions/{edition.Number}", GetEditions.Response.Of(edition));
    }

    private static async Task<(ProblemHttpResult?, CatalogueEdition?)> FreezeAsync(
        MarketingDb db, Caller caller, Request request, DateTime now, CancellationToken ct)
    {
        var all = (await DraftEdition.CollectAsync(db, caller.ConsortiumId, ct)).Items;
        var chosen = request.SheetIds?.ToHashSet();
        List<EditionItem> items = [.. all.Where(item => chosen?.Contains(item.SheetId) != false)];
        var latest = await db.LatestEditionAsync(caller.ConsortiumId, ct);
        if (items.Count == 0)
        {
            return (new Refusal("NOTHING_TO_PUBLISH", "There is no approved sheet of a product that is not retired.").ToProblem(), null);
        }

        var leavesOut = items.Count < all.Count;
        if (leavesOut && string.IsNullOrWhiteSpace(request.Reason))
        {
            return (Refusal.Invalid("reason", "Say why approved sheets are left out: their firms read it."), null);
        }

        if (items.Count > DraftEdition.MostItems || latest?.Number >= CatalogueEdition.Most)
        {
            var most = $"A consortium has at most {CatalogueEdition.Most:N0} editions of {DraftEdition.MostItems:N0} items.";
            return (new Refusal("LIMIT_REACHED", most).ToProblem(), null);
        }

        var consortium = await db.ConsortiumAsync(caller.ConsortiumId, ct);
        var document = new EditionDocument(consortium.Code, (latest?.Number ?? 0) + 1, now, items);
        var content = document.HashOfItems();
        if (content == latest?.ContentHash)
        {
            return (new Refusal("SAME_AS_BEFORE", $"Edition {latest.Number} says the same.").ToProblem(), null);
        }

        var bytes = document.ToBytes();
        return (null, new CatalogueEdition
        {
            Id = Guid.CreateVersion7(),
            ConsortiumId = caller.ConsortiumId,
            Number = document.Number,
            PublishedAt = now,
            PublishedBy = caller.UserId,
            Items = items.Count,
            LeftOut = leavesOut ? [.. all.Select(item => item.SheetId).Except(items.Select(item => item.SheetId))] : null,
            LeftOutBecause = leavesOut ? request.Reason!.Trim() : null,
            Document = bytes,
            Hash = EditionDocument.HashOf(bytes),
            ContentHash = content,
        });
    }
}
