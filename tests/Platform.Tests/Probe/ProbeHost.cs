using System.Net.Http.Headers;
using System.Security.Cryptography;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace ExportConsortia.Platform.Tests.Probe;

/// <summary>A real host with probe services on a real port: what it saves, and what came of it.</summary>
internal sealed class ProbeHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ECDsaSecurityKey _key;

    private ProbeHost(WebApplication app, ECDsaSecurityKey key, Script script, Uri address)
    {
        _app = app;
        _key = key;
        Script = script;
        Client = new HttpClient { BaseAddress = address };
    }

    public Script Script { get; }

    public HttpClient Client { get; }

    public IServiceScopeFactory Scopes => _app.Services.GetRequiredService<IServiceScopeFactory>();

    /// <summary>Starts a host; asynchronous as a whole, so that nothing of one host's flow reaches the next one's.</summary>
    public static async Task<ProbeHost> Start(
        IReadOnlyDictionary<string, string> settings, IReadOnlyList<IServiceModule> modules, TimeProvider? clock = null, Script? script = null)
    {
        await Task.Yield();
        var address = new Uri($"http://127.0.0.1:{Loopback.FreePort()}");
        script ??= new Script { Host = address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        var key = new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "probe" };
        var app = ServiceHost.Build(
            ["--urls", address.GetLeftPart(UriPartial.Authority), .. settings.SelectMany(s => (string[])[$"--{s.Key}", s.Value])],
            modules,
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton(script);
                builder.Services.AddSingleton<IConfigurationManager<OpenIdConnectConfiguration>>(
                    new StaticConfigurationManager<OpenIdConnectConfiguration>(new() { Issuer = "probe", SigningKeys = { key } }));
                if (clock is not null)
                {
                    builder.Services.Replace(ServiceDescriptor.Singleton(clock));
                }
            });
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new ProbeHost(app, key, script, address);
    }

    /// <summary>Requests carry a token of this role from now on.</summary>
    public void SignIn(string role, Guid? user = null) => Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
        "Bearer",
        new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "probe",
            Audience = "exportconsortia",
            Claims = new Dictionary<string, object> { ["sub"] = (user ?? Guid.CreateVersion7()).ToString(), ["role"] = role },
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
        }));

    /// <summary>Writes the next lines of a note, each with its own save.</summary>
    public async Task Write(Guid note, int lines, int from = 1)
    {
        for (var number = from; number < from + lines; number++)
        {
            await Save<ProbeDb>(db => db.Publish(note, new LineWritten(note, number, "a line")));
        }
    }

    /// <summary>One use case with one save.</summary>
    public async Task Save<TDb>(Action<TDb> change)
        where TDb : ServiceDb
    {
        await using var scope = Scopes.CreatePlatformScope();
        var db = scope.ServiceProvider.GetRequiredService<TDb>();
        change(db);
        await db.SaveChangesAsync();
    }

    public async Task<T> Ask<TDb, T>(Func<TDb, Task<T>> question)
        where TDb : ServiceDb
    {
        await using var scope = Scopes.CreatePlatformScope();
        return await question(scope.ServiceProvider.GetRequiredService<TDb>());
    }

    public Task<int> Waiting() => Ask<ProbeDb, int>(db => db.Outbox.CountAsync());

    /// <summary>What the note's lines have left behind, in the order of handling.</summary>
    public Task<List<Effect>> Effects(Guid note) => Effects<ProbeDb>(note);

    /// <summary>What the note's lines have left behind, in the order of handling.</summary>
    public Task<List<Effect>> Effects<TDb>(Guid note)
        where TDb : NotesDb => Ask<TDb, List<Effect>>(db => db.Effects.Where(e => e.NoteId == note).OrderBy(e => e.Id).ToListAsync());

    public async Task<bool> IsReady()
    {
        using var answer = await Client.GetAsync(new Uri("health/ready", UriKind.Relative));
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Brings a message to the queues, past the outbox.</summary>
    public Task Send<T>(T message, Guid messageId)
        where T : class =>
        _app.Services.GetRequiredService<IBus>().Publish(message, context => context.MessageId = messageId);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _key.ECDsa.Dispose();
    }
}
