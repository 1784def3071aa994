using System.Security.Cryptography;
using System.Text.Json;
using ExportConsortia.Platform.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Http;

/// <summary>
/// <c>Idempotency-Key</c> on a POST (F-E4): the same key and request from the same caller gets the same answer and has one effect, however the
/// address is spelled; the same key with another request is refused. The answer is saved in the same transaction as the effect.
/// </summary>
internal static class Idempotency
{
    public const string Header = "Idempotency-Key";

    /// <summary>The caller, the key, and a hash of the request.</summary>
    private sealed record KeyedRequest(Guid CallerId, string Key, byte[] Content);

    public static async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var key = http.Request.Headers[Header].ToString();
        var caller = http.RequestServices.GetRequiredService<Caller>();
        if (key.Length == 0 || !HttpMethods.IsPost(http.Request.Method) || caller.UserId == Guid.Empty
            || http.GetEndpoint() is not RouteEndpoint route
            || route.Metadata.GetMetadata<IAllowAnonymous>() is not null   // tokens are never kept
            || route.Metadata.GetMetadata<RouteOfService>() is not { Service: var service }
            || http.RequestServices.GetKeyedService<ServiceDb>(service) is not { } db)
        {
            await next(http);
            return;
        }

        if (key.Length > 200 || !Input.IsText(key))
        {
            await Refusal.Invalid(Header, "Must be text of at most 200 characters.").ExecuteAsync(http);
            return;
        }

        var request = new KeyedRequest(caller.UserId, key, await ContentAsync(http, route));
        using var answer = new MemoryStream();
        await db.AnswerInOneTransactionAsync($"{caller.UserId} {key}", () => AnswerOnceAsync(http, next, db, request, answer), http.RequestAborted);
        answer.Position = 0;
        await answer.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    private static async Task<bool> AnswerOnceAsync(HttpContext http, RequestDelegate next, ServiceDb db, KeyedRequest request, MemoryStream answer)
    {
        var secret = http.RequestServices.GetRequiredService<AnswerSecret>();
        var stream = http.Response.Body;
        http.Response.Body = answer;
        try
        {
            if (await db.IdempotencyKeys.AsNoTracking()
                .SingleOrDefaultAsync(k => k.CallerId == request.CallerId && k.Key == request.Key, http.RequestAborted) is { } known)
            {
                await RepeatAsync(http, known, request, secret);
                return false;
            }

            await next(http);
        }
        finally
        {
            http.Response.Body = stream;
        }

        if (http.Response.StatusCode is not (>= 200 and < 300 or StatusCodes.Status409Conflict))
        {
            return false;
        }

        // A refused use case may leave changes in memory: they must not be saved with its answer.
        db.ChangeTracker.Clear();
        db.IdempotencyKeys.Add(new IdempotencyKey
        {
            CallerId = request.CallerId,
            Key = request.Key,
            RequestHash = Convert.ToHexString(secret.Hash(request.Content, request.CallerId)),
            Status = http.Response.StatusCode,
            Headers = JsonSerializer.Serialize(http.Response.Headers
                .Where(h => h.Key is "Content-Type" or "Location" or "ETag").ToDictionary(h => h.Key, h => h.Value.ToString())),
            Body = secret.Seal(answer.ToArray(), request.CallerId),
            CreatedAt = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime,
        });
        db.Database.AutoSavepointsEnabled = false;   // nothing follows it
        await db.SaveChangesAsync(http.RequestAborted);
        return true;
    }

    private static async Task RepeatAsync(HttpContext http, IdempotencyKey known, KeyedRequest request, AnswerSecret secret)
    {
        if (!secret.IsHash(Convert.FromHexString(known.RequestHash), request.Content, request.CallerId))
        {
            await new Refusal("IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for another request; use a new one.")
                .ToProblem().ExecuteAsync(http);
            return;
        }

        http.Response.StatusCode = known.Status;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(known.Headers)!)
        {
            http.Response.Headers[name] = value;
        }

        http.Response.Headers["Idempotency-Replayed"] = "true";
        await http.Response.Body.WriteAsync(secret.Open(known.Body, request.CallerId), http.RequestAborted);
    }

    /// <summary>The route, its values, the query and the body, as SHA-256.</summary>
    private static async Task<byte[]> ContentAsync(HttpContext http, RouteEndpoint route)
    {
        http.Request.EnableBuffering(bufferThreshold: 64 * 1024);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            Route = route.RoutePattern.RawText,
            Values = http.Request.RouteValues.OrderBy(v => v.Key, StringComparer.Ordinal)
                .Select(v => (string?[])[v.Key, Normalised(route, v.Key, $"{v.Value}")]),
            Query = http.Request.Query.OrderBy(q => q.Key, StringComparer.OrdinalIgnoreCase)
                .Select(q => (string?[])[q.Key.ToUpperInvariant(), .. q.Value]),
        }));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            hash.AppendData(buffer, 0, read);
        }

        http.Request.Body.Position = 0;
        return hash.GetHashAndReset();
    }

    // An id is the same in upper and lower case.
    private static string Normalised(RouteEndpoint route, string name, string value) =>
        route.RoutePattern.ParameterPolicies.TryGetValue(name, out var policies) && policies.Any(p => p.Content == "guid")
            ? Guid.Parse(value).ToString()
            : value;
}
