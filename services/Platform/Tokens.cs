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
    /// <c>Auth:Audience</c>; asymmetric algorithms only. Over plain HTTP the keys are read from this machine alone, unless <c>Auth:AllowHttpMetadata</c>
    /// says that nobody on the way could put in their own.
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
            options.RequireHttpsMetadata = false;                          // that's checked by ReadIssuer, which knows loopback
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
            .PostConfigure<IServiceProvider>((options, services) => options.ConfigurationManager = metadata is null
                // The owner of the keys needs no document over the network to know them.
                ? services.GetService<IConfigurationManager<OpenIdConnectConfiguration>>()
                : new ConfigurationManager<OpenIdConnectConfiguration>(
                    metadata, readsIssuer, new HttpDocumentRetriever(options.Backchannel) { RequireHttps = options.RequireHttpsMetadata })
                {
                    RefreshInterval = options.RefreshInterval,
                    AutomaticRefreshInterval = options.AutomaticRefreshInterval,
                })
            .Validate(options => options.ConfigurationManager is not null, MetadataWanted)
            .ValidateOnStart();
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, HideWhatIsForeign>();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<ScopeCaller>();
        builder.Services.AddScoped(services => services.GetRequiredService<ScopeCaller>().Caller);
    }

    private static bool AllowsHttp(string? setting) => setting is not null
        && (bool.TryParse(setting, out var allowed) ? allowed
            : throw new WrongSettingException($"Auth:AllowHttpMetadata must be true or false, not '{setting}'."));

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

    /// <summary>
    /// Reads the issuer's document and then its keys. The document names public addresses; where the issuer is reached at another one, as Membership is by
    /// the services behind the gateway, its keys are read there as well.
    /// </summary>
    private sealed class ReadIssuer(bool allowsHttp) : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(string address, IDocumentRetriever retriever, CancellationToken cancel)
        {
            var issuer = OpenIdConnectConfiguration.Create(await retriever.GetDocumentAsync(address, cancel));
            issuer.JsonWebKeySet = JsonWebKeySet.Create(await retriever.GetDocumentAsync(Check(KeysAt(issuer, new Uri(address))), cancel));
            foreach (var key in issuer.JsonWebKeySet.GetSigningKeys())
            {
                issuer.SigningKeys.Add(key);
            }

            return issuer;
        }

        /// <summary>The same address, if keys may be read there.</summary>
        public string Check(string address) => !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            ? throw new WrongSettingException(MetadataWanted)
            : uri.Scheme == "https" || uri.IsLoopback || allowsHttp
            ? address
            : throw new WrongSettingException(
                $"The issuer's keys would be read over plain HTTP ({address}), where somebody on the way could put in their own: "
                + "use https, or set Auth:AllowHttpMetadata to true if nobody can.");

        private static string KeysAt(OpenIdConnectConfiguration issuer, Uri here)
        {
            var (publicly, keys) = (new Uri(issuer.Issuer.TrimEnd('/') + "/"), new Uri(issuer.JwksUri));
            return publicly.Authority != here.Authority && publicly.IsBaseOf(keys)
                ? new Uri(new Uri(here, ".."), publicly.MakeRelativeUri(keys)).ToString()   // beside /.well-known/openid-configuration
                : issuer.JwksUri;
        }
    }
}
