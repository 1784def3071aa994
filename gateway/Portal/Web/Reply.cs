using System.Diagnostics;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages;
using ExportConsortia.Portal.Session;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Portal.Web;

/// <summary>What the handler of a page returns.</summary>
internal static class Reply
{
    /// <summary>A page, rendered whole before its first byte leaves, so that its status can still say that something went wrong.</summary>
    public static IResult Page<TComponent>(object? parameters = null, int status = StatusCodes.Status200OK)
        where TComponent : IComponent =>
        new RazorComponentResult<TComponent>(parameters ?? new { }) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>Where to go after a form has done its work; a reload doesn't send the form again.</summary>
    public static IResult SeeOther(string address) => new SeeOtherResult(address);

    /// <summary>
    /// What follows a form: if it has done its work, the page <paramref name="done"/>; if it was refused, what <paramref name="again"/> makes of the
    /// refusal, which is the same page with what was typed; if nobody answered or it is not there, the page that says so.
    /// </summary>
    public static async Task<IResult> AfterAsync<T>(HttpContext http, Answer<T> answer, string done, Func<Problem, Task<IResult>> again) =>
        answer.Ok ? SeeOther(done)
        : answer.Status is StatusCodes.Status404NotFound or StatusCodes.Status429TooManyRequests or >= 500 ? Error(http, answer.Status)
        : await again(answer.Problem!);

    /// <summary>
    /// An image that not everybody may see: the browser has a session with the pages, not with the interface, so it comes through here.
    /// </summary>
    public static async Task<IResult> ImageAsync(string path, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.GetAsync<byte[]>(path, ct);
        if (answer.Value is not { } bytes)
        {
            return Error(http, answer.Status);
        }

        http.Response.Headers.CacheControl = "private, max-age=3600";
        return Results.Bytes(bytes, bytes is [0xFF, 0xD8, ..] ? "image/jpeg" : "image/webp");
    }

    /// <summary>The page that says what went wrong.</summary>
    public static IResult Error(HttpContext http, int status) => AccessTokens.HasEnded(http)
        ? SeeOther(http.RequestServices.GetRequiredService<Visit>().Page)   // the session has ended: the page asks to sign in
        : Page<ErrorPage>(new { Status = status, Trace = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier }, status);

    /// <summary>An address of this site, or the first page: nobody is led elsewhere.</summary>
    public static string Local(string? address) => address is ['/', not ('/' or '\\'), ..] && !address.Any(char.IsControl) ? address : "/";

    private sealed class SeeOtherResult(string address) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = address;
            return Task.CompletedTask;
        }
    }
}
