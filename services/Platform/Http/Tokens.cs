using ExportConsortia.Contracts;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Platform.Http;

/// <summary>Validates access tokens: the service that owns the keys reads them itself, the others read the issuer's metadata document.</summary>
public static class Tokens
{
    private const string SessionEnded = "The session has ended.";

    /// <summary>
    /// Accepts bearer tokens from the issuer whose OpenID configuration is at <c>Auth:Metadata</c> (ours, or an outside provider's), for the audience
    /// <c>Auth:Audience</c>; asymmetric algorithms only. Over plain HTTP the keys are read from this machine only, unless
    /// <c>Auth:AllowHttpMetadata</c> is true.
    /// </summary>
    public static void AddTokens(this IHostApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Auth");
        var metadata = settings["Metadata"];
        var readsIssuer = new ReadIssuer(AllowsHttp(settings["AllowHttpMetadata"]));
        if (metadata is not null)
        {
            readsIssuer.Check(metadata);
        }

        builder.Services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(options =>
        {
            options.MapInboundClaims = false;
            options.RequireHttpsMetadata = false;                          // ReadIssuer checks it, and allows loopback
            options.MetadataAddress = metadata ?? "";
            options.BackchannelTimeout = TimeSpan.FromSeconds(5);
            options.RefreshInterval = TimeSpan.FromSeconds(30);            // a new key is known soon
            options.AutomaticRefreshInterval = TimeSpan.FromMinutes(10);   // and a retired one is forgotten
            options.Events = new JwtBearerEvents
            {
                OnMessageReceived = NeedKeysAsync, OnTokenValidated = RefuseEndedAsync, OnChallenge = ExplainAsync,
            };
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
            .PostConfigure<IServiceProvider>((options, services) => options.ConfigurationManager = metadata is null
                // The owner of the keys needs no document.
                ? services.GetService<IConfigurationManager<OpenIdConnectConfiguration>>()
                : new ConfigurationManager<OpenIdConnectConfiguration>(
                    metadata, readsIssuer, new HttpDocumentRetriever(options.Backchannel) { RequireHttps = options.RequireHttpsMetadata })
                {
                    RefreshInterval = options.RefreshInterval,
                    AutomaticRefreshInterval = options.AutomaticRefreshInterval,
                })
            .Validate(options => options.ConfigurationManager is not null, ReadIssuer.Requirement)
            .ValidateOnStart();
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, HideWhatIsForeign>();
        builder.Services.AddSingleton<EndedSessions>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<ScopeCaller>();
        builder.Services.AddScoped(services => services.GetRequiredService<ScopeCaller>().Caller);
    }

    /// <summary>The answer to an access token whose session has ended.</summary>
    public static ProblemHttpResult Ended() =>
        Refusal.Problem(StatusCodes.Status401Unauthorized, "TOKEN_ENDED", "This session has ended. Sign in again.");

    private static bool AllowsHttp(string? setting) => setting is not null
        && (bool.TryParse(setting, out var allowed) ? allowed
            : throw new WrongSettingException($"Auth:AllowHttpMetadata must be true or false, not '{setting}'."));

    // A token must not be called wrong while the issuer's keys can't be read.
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

    // A session that ended takes its access tokens with it, also those that have not expired, and so does a firm that left, whatever its issuer does.
    private static async Task RefuseEndedAsync(TokenValidatedContext context)
    {
        if (context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<RouteOfService>() is not { Service: var service })
        {
            return;
        }

        var ended = context.HttpContext.RequestServices.GetRequiredService<EndedSessions>();
        if ((Id(ClaimName.Session) is { } session && await ended.ContainAsync(service, session))
            || (Id(ClaimName.Member) is { } firm && await ended.HasLeftAsync(service, firm)))
        {
            context.Fail(SessionEnded);
        }

        Guid? Id(string claim) => Guid.TryParse(context.Principal?.FindFirst(claim)?.Value, out var id) ? id : null;
    }

    private static async Task ExplainAsync(JwtBearerChallengeContext context)
    {
        if (context.AuthenticateFailure is { Message: SessionEnded })
        {
            context.HandleResponse();
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
            await Ended().ExecuteAsync(context.HttpContext);
        }

        if (context.AuthenticateFailure is InvalidOperationException)
        {
            context.HandleResponse();
            context.Response.Headers.RetryAfter = "2";
            await Refusal.Problem(503, "UNAVAILABLE", "Tokens can't be checked now: the issuer does not answer. Try again in a moment.")
                .ExecuteAsync(context.HttpContext);
        }
    }

    // F-C6: on a route with an id, 403 would reveal that the id exists. Without a route there is nothing to sign in for: 404, 405 and 415 say more
    // than 401.
    private sealed class HideWhatIsForeign : IAuthorizationMiddlewareResultHandler
    {
        private readonly AuthorizationMiddlewareResultHandler _default = new();

        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
            context.GetEndpoint() switch
            {
                not RouteEndpoint => next(context),
                RouteEndpoint { RoutePattern.Parameters.Count: > 0 } when authorizeResult.Forbidden => HideAsync(context),
                _ => _default.HandleAsync(next, context, policy, authorizeResult),
            };

        private static Task HideAsync(HttpContext context)
        {
            ForeignIds.Note(context);
            return Refusal.NotFound().ExecuteAsync(context);
        }
    }
}
