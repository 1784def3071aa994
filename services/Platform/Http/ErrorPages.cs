using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace ExportConsortia.Platform.Http;

/// <summary>
/// Writes the page that tells a person what went wrong, where a program gets problem details. Registered by a process that has pages; without it
/// every error is a problem document.
/// </summary>
public interface IErrorPage
{
    /// <summary>Writes the page; <paramref name="status"/> is already set on the response.</summary>
    Task WriteAsync(HttpContext http, int status);
}

/// <summary>Who gets an error page: a request to a page, and a browser anywhere outside the interface.</summary>
public static class ErrorPages
{
    /// <summary>Where everything is for programs: errors are problem details there, also in a browser.</summary>
    public static IReadOnlyList<string> Interface { get; } = ["/api", "/health", "/docs", "/.well-known"];

    /// <summary>Marks endpoints as pages: their errors are pages too, whatever the caller accepts.</summary>
    public static TBuilder AsPages<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(IsPage.Instance);

    /// <summary>The page for this request's error; null if it is answered with problem details.</summary>
    internal static IErrorPage? For(HttpContext http)
    {
        // The exception handler takes the endpoint away and remembers it.
        var endpoint = http.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? http.GetEndpoint();
        return endpoint?.Metadata.GetMetadata<IsPage>() is not null || (!IsInterface(http.Request.Path) && AcceptsPages(http.Request))
            ? http.RequestServices.GetService<IErrorPage>()
            : null;
    }

    /// <summary>True for an address of the interface, which has no pages.</summary>
    public static bool IsInterface(PathString path) =>
        Interface.Any(prefix => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase));

    private static bool AcceptsPages(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted)
        && accepted.Any(type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase) && type.Quality is not 0);

    private sealed class IsPage
    {
        public static readonly IsPage Instance = new();
    }
}
