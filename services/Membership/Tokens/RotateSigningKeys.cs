namespace ExportConsortia.Membership.Tokens;

/// <summary>An operator changes the signing key before its time: with a day's notice, or at once when a key has leaked.</summary>
internal static class RotateSigningKeys
{
    /// <summary>How to change the key.</summary>
    /// <param name="Leaked">True: the new key signs at once and all former keys are withdrawn, so that every token given so far fails
    /// (everybody refreshes). False: the new key is published now and signs in a day; nobody notices.</param>
    public sealed record Request(bool Leaked = false);

    /// <summary>The new key.</summary>
    /// <param name="KeyId">Its <c>kid</c>.</param>
    /// <param name="SignsFrom">From when it signs, UTC.</param>
    public sealed record Response(string KeyId, DateTime SignsFrom);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("signing-keys", HandleAsync)
        .WithName(nameof(RotateSigningKeys))
        .WithSummary("Change the signing key")
        .WithDescription("For operators. Keys change by themselves every 30 days; this does it now. After a leak, replicas know the change within 30 seconds, "
            + "and other services when they next read the key set (at the latest after 5 minutes for a token with an unknown key).")
        .WithExample(new Request(true))
        .For(Role.Operator);

    private static async Task<Results<Created<Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, AccessTokens tokens, OwnKeys known, TimeProvider clock, CancellationToken ct)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var keys = await db.SigningKeys.OrderBy(k => k.Generation).ToListAsync(ct);
        if (request.Leaked)
        {
            db.RemoveRange(keys);
        }
        else if (keys.Exists(k => k.SignsFrom > now))
        {
            return new Refusal("ROTATION_PENDING", "The next key is published already and waits for its turn.").ToProblem();
        }

        var key = await tokens.AddAsync(keys.Select(k => k.Generation).LastOrDefault() + 1, request.Leaked ? now : now + SigningKey.Notice, db, ct);
        known.Forget();
        return TypedResults.Created("/.well-known/jwks.json", new Response(key.KeyId.ToString("N"), key.SignsFrom));
    }
}
