using ExportConsortia.Marketing.Leads;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>
/// The buyer, who has no account, reads a version by its link and accepts or refuses it. What is accepted is pinned by the hash of what was read; it
/// becomes an order in Allocation, once. The buyer sees the consortium's data only (F-C7).
/// </summary>
internal static class AnswerQuotation
{
    private const int LongestReason = 1000;

    /// <summary>The buyer accepts.</summary>
    /// <param name="ContentHash">The <c>contentHash</c> that was read with the quotation.</param>
    /// <param name="Name">Who accepts for the buyer, 1 to 100 characters.</param>
    public sealed record Acceptance(string ContentHash, string Name);

    /// <summary>The buyer refuses.</summary>
    /// <param name="Reason">Why, up to 1,000 characters, if the buyer wants to say so.</param>
    public sealed record Rejection(string? Reason = null);

    /// <summary>A version of a quotation as the buyer sees it.</summary>
    public sealed record BuyersView
    {
        /// <summary>Number of the quotation.</summary>
        public required string Number { get; init; }

        /// <summary>The version.</summary>
        public required int Version { get; init; }

        /// <summary>Where it stands; it can be answered only while it is <c>Issued</c>.</summary>
        public required VersionState State { get; init; }

        /// <summary>What is quoted; absent once the link is no longer valid.</summary>
        public QuotationContent? Content { get; init; }

        /// <summary>The same as it is stored, to check the hash.</summary>
        public string? Canonical { get; init; }

        /// <summary>SHA-256 of <c>canonical</c> in UTF-8, in hexadecimal: what an acceptance names.</summary>
        public string? ContentHash { get; init; }

        /// <summary>What differs from the version that the buyer had before.</summary>
        public IReadOnlyList<QuotationChange> Changes { get; init; } = [];

        /// <summary>When it was answered or ended, UTC.</summary>
        public DateTime? EndedAt { get; init; }

        /// <summary>Who accepted it.</summary>
        public string? AcceptedBy { get; init; }

        internal static BuyersView Of(QuotationVersion version, string number)
        {
            var readable = version.State is VersionState.Issued or VersionState.Accepted;
            return new()
            {
                Number = number,
                Version = version.Number,
                State = version.State,
                Content = readable ? version.Read() : null,
                Canonical = readable ? version.Content : null,
                ContentHash = readable ? version.ContentHash : null,
                Changes = readable ? version.Changes : [],
                EndedAt = version.EndedAt,
                AcceptedBy = version.AnsweredBy,
            };
        }
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("public/quotations/{token}", GetAsync).WithName("ReadQuotationByLink").AllowAnonymous()
            .WithSummary("Read a quotation by its link")
            .WithDescription("For the buyer, without an account. The link ends with the version's validity, and at once when a new one is made "
                + "for it: then 404, or the state without the content.");
        routes.MapPost("public/quotations/{token}/acceptance", AcceptAsync).WithName("AcceptQuotation").AllowAnonymous()
            .RequireRateLimiting(Edge.SignInLimit)
            .WithSummary("Accept a quotation by its link")
            .WithDescription("Pins the version by the hash of what was read: `CONTENT_CHANGED` if it is another. It is an order now, which the "
                + "consortium screens and confirms. The same acceptance again gets the same answer. `OFFER_EXPIRED` after its validity, "
                + "`ALREADY_DECIDED` if it was refused, withdrawn or replaced by a newer version.")
            .WithExample(new Acceptance(new string('0', 64), "Anna Nord"));
        routes.MapPost("public/quotations/{token}/refusal", RefuseAsync).WithName("RefuseQuotation").AllowAnonymous()
            .RequireRateLimiting(Edge.SignInLimit)
            .WithSummary("Refuse a quotation by its link")
            .WithDescription("The consortium may send another version. `OFFER_EXPIRED` after its validity, `ALREADY_DECIDED` if it was accepted, "
                + "withdrawn or replaced by a newer version.")
            .WithExample(new Rejection("The delivery is too late for us."));
    }

    private static Task<Results<Ok<BuyersView>, ProblemHttpResult>> GetAsync(
        string token, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct) =>
        WithLinkAsync(token, scopes, clock, (_, _, _, _) => Task.FromResult<Refusal?>(null), ct);

    private static async Task<Results<Ok<BuyersView>, ProblemHttpResult>> AcceptAsync(
        string token, Acceptance request, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var name = errors.Text(request.Name, "name", 100);
        errors.Unless(
            request.ContentHash is { Length: 64 } hash && hash.All(char.IsAsciiHexDigit), "contentHash", "Must be 64 hexadecimal digits.");
        return errors.Any
            ? errors.ToProblem()
            : await WithLinkAsync(
                token, scopes, clock,
                async (quotation, version, db, now) =>
                {
                    var asked = await db.PricesOfRoundAsync(quotation, ct);
                    var (refusal, accepted) = quotation.Accept(version, request.ContentHash, name, now);
                    if (accepted is not null)
                    {
                        await FollowQuotation.AcceptedAsync(quotation, db, now, ct);
                        asked.ForEach(price => price.Round = QuotationRoundState.Cancelled);
                        db.Publish(quotation.Id, accepted);
                        await db.SaveChangesAsync(ct);
                    }

                    return refusal;
                },
                ct);
    }

    private static async Task<Results<Ok<BuyersView>, ProblemHttpResult>> RefuseAsync(
        string token, Rejection request, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        var reason = string.IsNullOrWhiteSpace(request.Reason) ? null : request.Reason.Trim();
        return reason?.Length > LongestReason
            ? Refusal.Invalid("reason", $"Must have at most {LongestReason} characters.")
            : await WithLinkAsync(
                token, scopes, clock,
                async (quotation, version, db, now) =>
                {
                    var refusal = quotation.Refuse(version, reason, now);
                    await db.SaveChangesAsync(ct);
                    return refusal;
                },
                ct);
    }

    // A buyer is no caller that the filters know: the platform reads the one quotation that the link names, and nothing else.
    private static async Task<Results<Ok<BuyersView>, ProblemHttpResult>> WithLinkAsync(
        string token, IServiceScopeFactory scopes, TimeProvider clock, Func<Quotation, int, MarketingDb, DateTime, Task<Refusal?>> act,
        CancellationToken ct)
    {
        await using var scope = scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<MarketingDb>();
        var hash = LinkToken.HashOf(token);
        if (await db.QuotationLinks.AsNoTracking().SingleOrDefaultAsync(l => l.TokenHash == hash, ct) is not { } link)
        {
            return Refusal.NotFound();
        }

        var secret = scope.ServiceProvider.GetRequiredService<PriceSecret>();
        if (await CloseQuotations.CurrentAsync(link.QuotationId, db, secret, clock, ct) is not { } quotation)
        {
            return Refusal.NotFound();
        }

        return await act(quotation, link.Version, db, clock.GetUtcNow().UtcDateTime) is { } refusal
            ? refusal.ToProblem()
            : TypedResults.Ok(BuyersView.Of(quotation.Versions[link.Version - 1], quotation.Number));
    }
}
