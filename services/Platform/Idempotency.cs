using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform;

/// <summary>
/// <c>Idempotency-Key</c> on a POST (F-E4): the same key and body from the same caller gets the same answer and has one effect; the same key
/// with another body is refused. The answer is kept in the same transaction as what was done.
/// </summary>
internal static class Idempotency
{
    public const string Header = "Idempotency-Key";

    public static async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var key = http.Request.Headers[Header].ToString();
        var path = http.Request.Path.Value!.Split('/', 4);
        var caller = http.RequestServices.GetRequiredService<Caller>();
        if (key.Length == 0 || !HttpMethods.IsPost(http.Request.Method) || caller.UserId == Guid.Empty
            || http.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null   // tokens are given out, never kept
            || path is not [_, "api", var service, _] || http.RequestServices.GetKeyedService<ServiceDb>(service) is not { } db)
        {
            await next(http);
            return;
        }

        if (key.Length > 200 || !Input.IsText(key))
        {
            await Refusal.Invalid(Header, "Must be text of at most 200 characters.").ExecuteAsync(http);
            return;
        }

        var hash = await HashAsync(http);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var answer = new MemoryStream();
                await db.InOneTransactionAsync(() => AnswerOnceAsync(http, next, db, (caller.UserId, key, hash), answer), http.RequestAborted);
                answer.Position = 0;
                await answer.CopyToAsync(http.Response.Body, http.RequestAborted);
                return;
            }
            catch (DbUpdateException e) when (attempt == 1 && e.Entries.Any(x => x.Entity is IdempotencyKey))
            {
                // Its twin was a moment faster: nothing of this one was kept, and the twin's answer is there now.
                db.ChangeTracker.Clear();
                http.Response.Clear();
            }
        }
    }

    private static async Task<bool> AnswerOnceAsync(
        HttpContext http, RequestDelegate next, ServiceDb db, (Guid CallerId, string Key, string Hash) request, MemoryStream answer)
    {
        var (callerId, key, hash) = request;
        var stream = http.Response.Body;
        http.Response.Body = answer;
        try
        {
            if (db.Database.IsNpgsql())
            {
                // A twin waits here for the first one's answer, instead of doing all the work as well; on SQLite the write gate does the same.
                await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock(hashtextextended({$"{callerId} {key}"}, 0))", http.RequestAborted);
            }

            if (await db.IdempotencyKeys.AsNoTracking().SingleOrDefaultAsync(k => k.CallerId == callerId && k.Key == key, http.RequestAborted) is { } known)
            {
                await RepeatAsync(http, known, hash);
                return false;
            }

            http.Request.Body.Position = 0;
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

        // What a refused use case has left changed in memory is not to be saved with its answer.
        db.ChangeTracker.Clear();
        db.IdempotencyKeys.Add(new IdempotencyKey
        {
            CallerId = callerId,
            Key = key,
            RequestHash = hash,
            Status = http.Response.StatusCode,
            Headers = JsonSerializer.Serialize(http.Response.Headers
                .Where(h => h.Key is "Content-Type" or "Location" or "ETag").ToDictionary(h => h.Key, h => h.Value.ToString())),
            Body = answer.ToArray(),
            CreatedAt = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime,
        });
        await db.SaveChangesAsync(http.RequestAborted);
        return true;
    }

    private static async Task RepeatAsync(HttpContext http, IdempotencyKey known, string hash)
    {
        if (known.RequestHash != hash)
        {
            await new Refusal("IDEMPOTENCY_CONFLICT", "This Idempotency-Key was used for another request; use a new one.").ToProblem().ExecuteAsync(http);
            return;
        }

        http.Response.StatusCode = known.Status;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(known.Headers)!)
        {
            http.Response.Headers[name] = value;
        }

        http.Response.Headers["Idempotency-Replayed"] = "true";
        await http.Response.Body.WriteAsync(known.Body, http.RequestAborted);
    }

    private static async Task<string> HashAsync(HttpContext http)
    {
        http.Request.EnableBuffering(bufferThreshold: 64 * 1024);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n"));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            hash.AppendData(buffer, 0, read);
        }

        http.Request.Body.Position = 0;
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
