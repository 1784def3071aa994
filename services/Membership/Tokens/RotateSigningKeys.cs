namespace ExportConsortia.Membership.Tokens;

/// <summary>Rotates the signing key early: with a day's notice, or at once after a leak.</summary>
internal static class RotateSigningKeys
{
    /// <summary>How to rotate the key.</summary>
    /// <param name="Leaked">
    /// True: the new key signs at once and all earlier keys are deleted, so all access tokens become invalid and clients must refresh.
    /// False: the new key is published now and signs in a day; no token becomes invalid.
    /// </param>
    public sealed record Request(bool Leaked = false);

    /// <summary>The new key.</summary>
    /// <param name="KeyId">Its <c>kid</c>.</param>
    /// <param name="SignsFrom">When it starts to sign, UTC.</param>
    public sealed record Response(string KeyId, DateTime SignsFrom);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("signing-keys", HandleAsync)
        .WithName(nameof(RotateSigningKeys))
        .WithSummary("Rotate the signing key")
        .WithDescription("For operators. Keys rotate every 30 days; this does it now. After a leak, replicas notice the change within 30 seconds, "
            + "other services when they next read the key set (after at most 5 minutes for a token with an unknown key).")
        .WithExample(new Request(true))
        .For(Role.Operator);

    private static async Task<Results<Created<Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, AccessTokens tokens, OwnKeys cache, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var keys = await db.SigningKeys.OrderBy(k => k.Generation).ToListAsync(ct);
        if (request.Leaked)
        {
            db.RemoveRange(keys);
        }
        else if (keys.Exists(k => k.SignsFrom > now))
        {
            return new Refusal("ROTATION_PENDING", "The next key is already published.").ToProblem();
        }

        db.Record(request.Leaked ? "SIGNING_KEYS_REPLACED" : "SIGNING_KEY_ROTATED");
        var key = await tokens.AddAsync(keys.Select(k => k.Generation).LastOrDefault() + 1, request.Leaked ? now : now + SigningKey.Notice, db, ct);
        cache.Invalidate();
        return TypedResults.Created("/.well-known/jwks.json", new Response(key.KeyId.ToString("N"), key.SignsFrom));
    }
}
