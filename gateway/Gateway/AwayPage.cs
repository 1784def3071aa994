using System.Globalization;
using ExportConsortia.Platform.Http;
using Yarp.ReverseProxy.Forwarder;

namespace ExportConsortia.Gateway;

/// <summary>What a person sees in place of a page that can't be fetched, for example while the portal is away. It needs no other file.</summary>
internal sealed class AwayPage : IErrorPage
{
    public Task WriteAsync(HttpContext http, int status)
    {
        var (title, text) = status switch
        {
            >= 500 when ChangedNothing(http) => (
                "Not available now", "A part of the platform does not answer. Nothing was changed. Try again in a moment."),
            >= 500 => (
                "Not available now",
                "A part of the platform does not answer. We don't know whether your change was made: look before you send it again."),
            429 => ("Too many requests", "Too many requests came from here. Nothing was changed. Wait a moment and try again."),
            413 => ("Too large", $"At most {Edge.LargestBody(http) / 1024 / 1024} MiB can be sent at once. Nothing was changed."),
            _ => ("Not possible", "This request can't be answered. Nothing was changed."),
        };
        http.Response.ContentType = "text/html; charset=utf-8";
        if (status >= 500)
        {
            http.Response.Headers.RetryAfter = "2";
        }

        return http.Response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            </head>
            <body>
            <main>
            <h1>{title}</h1>
            <p>{text}</p>
            </main>
            </body>
            </html>

            """), http.RequestAborted);
    }

    // A request that was never sent, or that only reads.
    private static bool ChangedNothing(HttpContext http) =>
        HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
        || http.GetForwarderErrorFeature() is { Error: ForwarderError.NoAvailableDestinations }
            or { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } };
}
