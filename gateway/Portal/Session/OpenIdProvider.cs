using System.Globalization;
using System.Text.Json;
using ExportConsortia.Platform;
using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ExportConsortia.Portal.Session;

/// <summary>
/// An outside OpenID provider, at which people sign in instead of here (<c>Portal:OpenId</c>). The framework's handler brings them there and back;
/// their session is then like any other, only that its token buys access tokens at the provider.
/// </summary>
internal sealed class OpenIdProvider(IOptionsMonitor<OpenIdConnectOptions> all, IConfiguration configuration)
{
    /// <summary>The scheme that leads to the provider.</summary>
    public const string Scheme = "provider";

    private const string Settings = "Portal:OpenId";

    private const string Return = "/sign-in/return";

    private const string IdToken = "id-token";

    private OpenIdConnectOptions Options => all.Get(Scheme);

    /// <summary>Adds the provider if one is configured.</summary>
    public static void Add(AuthenticationBuilder authentication, IConfiguration configuration, bool secure)
    {
        var settings = configuration.GetSection(Settings);
        if (!settings.Exists())
        {
            return;
        }

        var (authority, client, secret) = (Required("Authority"), Required("ClientId"), Required("ClientSecret"));
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var address) || !(address.Scheme == "https"
            || (address.Scheme == "http" && address.IsLoopback)))
        {
            throw new WrongSettingException($"{Settings}:Authority must be the provider's address, such as https://login.example.com/realms/firms.");
        }

        authentication.Services.AddSingleton<OpenIdProvider>();
        authentication.AddOpenIdConnect(Scheme, options =>
        {
            (options.Authority, options.ClientId, options.ClientSecret) = (authority, client, secret);
            options.RequireHttpsMetadata = address.Scheme == "https";
            options.SignInScheme = PortalModule.Scheme;
            options.ResponseType = OpenIdConnectResponseType.Code;
            options.ResponseMode = OpenIdConnectResponseMode.Query;   // a form from another site would need cookies that every site can use
            options.UsePkce = true;
            options.Scope.Clear();
            options.Scope.Add("openid");
            options.Scope.Add("offline_access");
            options.MapInboundClaims = false;
            options.DisableTelemetry = true;
            options.CallbackPath = Return;
            options.RemoteSignOutPath = default;
            options.BackchannelTimeout = TimeSpan.FromSeconds(10);
            foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
            {
                cookie.SameSite = SameSiteMode.Lax;
                cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            }

            options.Events = new OpenIdConnectEvents
            {
                OnRedirectToIdentityProvider = context =>
                {
                    context.ProtocolMessage.RedirectUri = Of(context.HttpContext).PublicAddress(context.HttpContext, Return);
                    return Task.CompletedTask;
                },
                OnTokenValidated = OpenAsync,
                OnRemoteFailure = context =>
                {
                    context.HandleResponse();
                    var to = Reply.Local(context.Properties?.RedirectUri);
                    context.Response.Redirect($"/sign-in?failed=true&to={Uri.EscapeDataString(to)}");
                    return Task.CompletedTask;
                },
            };
        });

        string Required(string name) => settings[name] is { Length: > 0 } value
            ? value
            : throw new WrongSettingException($"{Settings}:{name} is missing: an outside provider needs Authority, ClientId and ClientSecret.");
    }

    /// <summary>Whether the provider answers at all: nobody is sent to one that doesn't.</summary>
    public async Task<bool> AnswersAsync(CancellationToken ct) => await ReadConfigurationAsync(ct) is not null;

    /// <summary>What a session buys: a new access token, 401 if the provider has ended the session, or 503 if it doesn't answer.</summary>
    public async Task<Answer<TokenPair>> RefreshAsync(string? token, CancellationToken ct)
    {
        if (token is null)
        {
            return new(StatusCodes.Status401Unauthorized, null, null);   // the provider gives no token for longer than an access token is valid
        }

        if (await ReadConfigurationAsync(ct) is not { } provider)
        {
            return new(StatusCodes.Status503ServiceUnavailable, null, null);
        }

        using var form = new FormUrlEncodedContent(
        [
            new("grant_type", "refresh_token"), new("refresh_token", token), new("client_id", Options.ClientId!),
            new("client_secret", Options.ClientSecret!),
        ]);
        try
        {
            using var response = await Options.Backchannel.PostAsync(provider.TokenEndpoint, form, ct);
            var said = new OpenIdConnectMessage(await response.Content.ReadAsStringAsync(ct));
            return response.IsSuccessStatusCode ? new(StatusCodes.Status200OK, Pair(said), null)
                : new(said.Error == "invalid_grant" ? StatusCodes.Status401Unauthorized : StatusCodes.Status503ServiceUnavailable, null, null);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException or ArgumentException)
        {
            return new(StatusCodes.Status503ServiceUnavailable, null, null);
        }
    }

    /// <summary>Where a browser ends its session at the provider, to come back to our sign-in page; null if the provider has none.</summary>
    public async Task<string?> EndOfSessionAsync(HttpContext http, CancellationToken ct)
    {
        var session = (await http.AuthenticateAsync(PortalModule.Scheme)).Properties;
        return session is not null && await ReadConfigurationAsync(ct) is { EndSessionEndpoint: { Length: > 0 } end }
            ? new OpenIdConnectMessage
            {
                IssuerAddress = end, ClientId = Options.ClientId, IdTokenHint = session.Items.TryGetValue(IdToken, out var hint) ? hint : null,
                PostLogoutRedirectUri = PublicAddress(http, "/sign-in"),
            }.CreateLogoutRequestUrl()
            : null;
    }

    // The person is back: from here on the session is like any other.
    private static async Task OpenAsync(TokenValidatedContext context)
    {
        var services = context.HttpContext.RequestServices;
        var (answer, session) = (context.TokenEndpointResponse!, context.Properties!);
        var tokens = Pair(answer);
        var about = await SignIn.AboutAsync(context.HttpContext, tokens, services.GetRequiredService<ApiClient>(),
            context.HttpContext.RequestAborted);
        context.Principal = services.GetRequiredService<AccessTokens>().Open(tokens, about, session);
        session.Items[IdToken] = answer.IdToken;
    }

    private static OpenIdProvider Of(HttpContext http) => http.RequestServices.GetRequiredService<OpenIdProvider>();

    private static TokenPair Pair(OpenIdConnectMessage said) =>
        new(said.AccessToken, int.Parse(said.ExpiresIn, CultureInfo.InvariantCulture), said.RefreshToken);

    // As browsers know this site: a request that came through the gateway doesn't say.
    private string PublicAddress(HttpContext http, string path) =>
        (configuration["Auth:Issuer"] ?? $"{http.Request.Scheme}://{http.Request.Host}").TrimEnd('/') + path;

    private async Task<OpenIdConnectConfiguration?> ReadConfigurationAsync(CancellationToken ct)
    {
        try
        {
            return await Options.ConfigurationManager!.GetConfigurationAsync(ct);
        }
        catch (InvalidOperationException)   // it doesn't answer, or not with a configuration
        {
            return null;
        }
    }
}
