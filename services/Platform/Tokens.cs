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
    private const string MetadataWanted =
        "Auth:Metadata must be the address of an OpenID configuration document, such as http://localhost:8081/.well-known/openid-configuration.";

    /// <summary>
    /// Bearer tokens from the issuer whose OpenID configuration is at <c>Auth:Metadata</c> (ours, or an outside provider's), for the audience
    /// <c>Auth:Audience</c>; asymmetric algorithms only.
    /// </summary>
    public static void AddTokens(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Auth");
        var metadata = settings["Metadata"];
        if (metadata is not null && (!Uri.TryCreate(metadata, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")))
        {
            throw new WrongSettingException(MetadataWanted);
        }

        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.RequireHttpsMetadata = false;
            options.MetadataAddress = metadata ?? "";
            options.BackchannelTimeout = TimeSpan.FromSeconds(5);
            options.RefreshInterval = TimeSpan.FromSeconds(30);            // a key just taken into use is known soon
            options.AutomaticRefreshInterval = TimeSpan.FromMinutes(10);   // and one taken out of use is forgotten
            options.Events = new JwtBearerEvents { OnMessageReceived = NeedKeysAsync, OnChallenge = ExplainMissingKeysAsync };
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
                if (metadata is null && services.GetService<IConfigurationManager<OpenIdConnectConfiguration>>() is { } own)
                {
                    options.ConfigurationManager = own;
                }
            })
            .Validate(options => options.ConfigurationManager is not null, MetadataWanted)
            .ValidateOnStart();
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, HideWhatIsForeign>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<ScopeCaller>();
        builder.Services.AddScoped(services => services.GetRequiredService<ScopeCaller>().Caller);
    }

    // A token can't be called wrong while the issuer's keys can't be read.
    private static async Task NeedKeysAsync(MessageReceivedContext context)
    {
        try
        {
            if (context.Request.Headers.Authorization.Count > 0)
            {
                await context.Options.ConfigurationManager!.GetConfigurationAsync(context.HttpContext.RequestAborted);
            }
        }
        catch (InvalidOperationException e)
        {
            context.Fail(e);
        }
    }

    private static async Task ExplainMissingKeysAsync(JwtBearerChallengeContext context)
    {
        if (context.AuthenticateFailure is InvalidOperationException)
        {
            context.HandleResponse();
            context.Response.Headers.RetryAfter = "2";
            await Refusal.Problem(503, "UNAVAILABLE", "Tokens can't be checked now: the issuer does not answer. Try again in a moment.")
                .ExecuteAsync(context.HttpContext);
        }
    }

    // F-C6: on a route with an id, "you may not" would tell that the id exists. And where no route is there is nothing to sign in for:
    // 404, 405 and 415 say more than 401.
    private sealed class HideWhatIsForeign : IAuthorizationMiddlewareResultHandler
    {
        private readonly AuthorizationMiddlewareResultHandler _default = new();

        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
            context.GetEndpoint() switch
            {
                not RouteEndpoint => next(context),
                RouteEndpoint { RoutePattern.Parameters.Count: > 0 } when authorizeResult.Forbidden => Refusal.NotFound().ExecuteAsync(context),
                _ => _default.HandleAsync(next, context, policy, authorizeResult),
            };
    }
}
