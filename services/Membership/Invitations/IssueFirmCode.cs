using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Membership.Invitations;

/// <summary>An operator makes the code with which a firm confirms its first account, and gives it to the firm outside the platform.</summary>
internal static class IssueFirmCode
{
    /// <summary>The code, which nobody can read again.</summary>
    /// <param name="Code">16 letters and digits in groups of four, shown this once; valid for one account.</param>
    /// <param name="ExpiresAt">Until when it can be used, UTC: 30 days from now.</param>
    public sealed record Response(string Code, DateTime ExpiresAt);

    /// <summary>A firm whose first person is invited and needs the code.</summary>
    /// <param name="MemberId">The firm.</param>
    /// <param name="Code">Its short code.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="ConsortiumId">Its consortium.</param>
    /// <param name="IssuedAt">When its code was made, UTC; absent: not yet.</param>
    public sealed record Waiting(Guid MemberId, string Code, string Name, Guid ConsortiumId, DateTime? IssuedAt);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("members/{id:guid}/firm-code", HandleAsync)
            .WithName(nameof(IssueFirmCode))
            .WithSummary("Make a firm's code")
            .WithDescription("For operators: replaces the firm's code by a new one, shown this once. Give it to the firm outside the platform, to "
                + "somebody whom you know to act for it: with it and a manager's invitation the firm's first account is opened.")
            .For(Role.Operator);
        routes.MapGet("firm-codes", ListAsync)
            .WithName("ListFirmCodes")
            .WithSummary("List firms that need a code")
            .WithDescription("For operators: the firms with an open invitation of a manager that needs the firm's code. Sorted by name.")
            .For(Role.Operator);
    }

    // An operator reads no member data: the platform looks whether there is such a firm.
    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        Guid id, MembershipDb db, Caller caller, IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        await using var platform = scopes.CreatePlatformScope();
        var consortium = await platform.ServiceProvider.GetRequiredService<MembershipDb>().Members.Where(m => m.Id == id)
            .Select(m => (Guid?)m.ConsortiumId).SingleOrDefaultAsync(ct);
        if (consortium is null)
        {
            return Refusal.NotFound();
        }

        var (code, now) = (FirmCode.New(), clock.GetUtcNow().UtcDateTime);
        db.RemoveRange(await db.FirmCodes.Where(c => c.MemberId == id).ToListAsync(ct));
        await db.SaveChangesAsync(ct);
        db.Add(new FirmCode
        {
            MemberId = id, Hash = FirmCode.HashOf(code), IssuedBy = caller.UserId, IssuedAt = now,
            Controllers = await db.Accounts.Where(a => a.Id == caller.UserId).Select(a => a.Controllers).SingleOrDefaultAsync(ct)
                ?? [.. caller.Controllers],
        });
        db.Record("FIRM_CODE_MADE", id, consortium: consortium, firm: id);
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(new Response(code, now + FirmCode.Lifetime));
    }

    private static async Task<Ok<List<Waiting>>> ListAsync(IServiceScopeFactory scopes, TimeProvider clock, CancellationToken ct)
    {
        await using var platform = scopes.CreatePlatformScope();
        var db = platform.ServiceProvider.GetRequiredService<MembershipDb>();
        var now = clock.GetUtcNow().UtcDateTime;
        return TypedResults.Ok(await db.Members
            .Where(m => db.Invitations.Any(i => i.MemberId == m.Id && i.Needs == Consent.FirmCode && i.ExpiresAt > now))
            .OrderBy(m => m.Name).ThenBy(m => m.Id)
            .Select(m => new Waiting(
                m.Id, m.Code, m.Name, m.ConsortiumId,
                db.FirmCodes.Where(c => c.MemberId == m.Id).Select(c => (DateTime?)c.IssuedAt).SingleOrDefault()))
            .ToListAsync(ct));
    }
}
