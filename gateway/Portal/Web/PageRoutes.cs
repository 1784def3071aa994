using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Portal.Web;

/// <summary>What the routes of pages have in common.</summary>
internal static class PageRoutes
{
    /// <summary>Only people with one of the roles, or with any if none is named, see the page; others get the page "There is nothing here".</summary>
    public static TBuilder For<TBuilder>(this TBuilder route, params string[] roles)
        where TBuilder : IEndpointConventionBuilder => route.RequireAuthorization(new AuthorizeAttribute
        {
            AuthenticationSchemes = PortalModule.Scheme, Roles = roles.Length == 0 ? null : string.Join(',', roles),
        });

    /// <summary>A form without its token, or with that of another person or time, does nothing, also where no handler reads the form.</summary>
    public static async ValueTask<object?> RefuseForgedAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)
            || await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http)
            ? await next(context)
            : Reply.Error(http, StatusCodes.Status400BadRequest);
    }
}
