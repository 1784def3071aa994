using Microsoft.AspNetCore.Builder;

namespace ExportConsortia.Platform.Http;

/// <summary>Says on a route which roles may call it.</summary>
public static class RoleExtensions
{
    /// <summary>Only callers with one of the roles pass; on a route with an id the others get 404, elsewhere 403.</summary>
    public static TBuilder For<TBuilder>(this TBuilder endpoint, params string[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireAssertion(context =>
            Caller.From(context.User) is var caller && roles.Any(caller.Is)));
}
