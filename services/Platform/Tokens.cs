using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Platform;

/// <summary>Validates access tokens in every process: the service that owns the keys reads them itself, the others by their metadata document.</summary>
public static class Tokens
{
    /// <summary>
    /// Bearer tokens from the issuer whose OpenID configuration is at <c>Auth:Metadata</c> (ours, or an outside provider's), for the audience
    /// <c>Auth:Audience</c>; asymmetric algorithms only.
    /// </summary>
    public static void AddTokens(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Auth");
        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.RequireHttpsMetadata = false;
            options.MetadataAddress = settings["Metadata"] ?? "";
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidAudience = settings["Audience"] ?? "exportconsortia",
                NameClaimType = "sub",
                RoleClaimType = "role",
                ValidAlgorithms = ["ES256", "ES384", "RS256", "PS256"],
            };
        });
        builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<TimeProvider>((options, clock) => options.TokenValidationParameters.LifetimeValidator =
                (from, to, _, _) => clock.GetUtcNow().UtcDateTime is var now && to > now && (from is null || from <= now.AddSeconds(30)))
            .PostConfigure<IServiceProvider>((options, services) =>
            {
                // The owner of the keys needs no document over the network to know them.
                if (settings["Metadata"] is null && services.GetService<IConfigurationManager<OpenIdConnectConfiguration>>() is { } own)
                {
                    options.ConfigurationManager = own;
                }
            });
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, HideWhatIsForeign>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped(services => Caller.Of(services.GetRequiredService<IHttpContextAccessor>()));
    }

    // F-C6: on a route with an id, "you may not" would tell that the id exists.
    private sealed class HideWhatIsForeign : IAuthorizationMiddlewareResultHandler
    {
        private readonly AuthorizationMiddlewareResultHandler _default = new();

        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
            authorizeResult.Forbidden && context.GetEndpoint() is RouteEndpoint { RoutePattern.Parameters.Count: > 0 }
                ? Refusal.NotFound().ExecuteAsync(context)
                : _default.HandleAsync(next, context, policy, authorizeResult);
    }
}
