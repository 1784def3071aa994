using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ExportConsortia.Contracts;
using ExportConsortia.Membership.Accounts;
using ExportConsortia.Membership.Tokens;
using ExportConsortia.Platform;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExportConsortia.Membership.Tests;

/// <summary>A running membership service with its operator: what tests ask it for, in their own words, over HTTP.</summary>
public sealed class Installation : IAsyncDisposable
{
    public const string Password = "a long passphrase";
    private const string OperatorEmail = "operator@installation.example";

    private readonly string _folder;
    private readonly string? _postgres;
    private readonly Heard _heard = new();
    private WebApplication? _app;
    private int _names;

    private Installation(string folder, string? postgres) => (_folder, _postgres) = (folder, postgres);

    public MovableClock Clock { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    public Person Operator { get; private set; } = null!;

    public string Folder => _folder;

    /// <summary>What other services heard of a consortium, in order.</summary>
    public IReadOnlyList<T> Told<T>(Guid consortium)
        where T : class => [.. _heard.Messages.OfType<T>().Where(m => (Guid)typeof(T).GetProperty("ConsortiumId")!.GetValue(m)! == consortium)];

    public async Task<T> Hears<T>(string description, Guid consortium, Func<T, bool> which)
        where T : class
    {
        await Eventually.Holds(description, () => Told<T>(consortium).Any(which));
        return Told<T>(consortium).Last(which);
    }

    public static async Task<Installation> Start(string? postgres, string? folder = null, params string[] settings)
    {
        var installation = new Installation(folder ?? Directory.CreateTempSubdirectory("exportconsortia-membership-").FullName, postgres);
        await installation.StartAgain(settings);
        return installation;
    }

    public async Task StartAgain(params string[] settings)
    {
        // The bus keeps its log in the flow of the call that starts it; a flow that outlived a former host would bring that one's.
        Task start;
        using (ExecutionContext.SuppressFlow())
        {
            start = Task.Run(async () =>
            {
                _app = Build(settings);
                await _app.StartAsync();
            });
        }

        await start;
        Http = new HttpClient { BaseAddress = new Uri(_app!.Urls.Single()), Timeout = TimeSpan.FromMinutes(2) };
        Operator = await SignIn(OperatorEmail);
    }

    public async Task Stop()
    {
        Http.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }

    public async Task<Person> SignIn(string email, string password = Password)
    {
        var tokens = await Anybody.Post("tokens", new { email, password });
        return new Person(Http, tokens.Expect(HttpStatusCode.OK)) { Email = email };
    }

    public Person Anybody => new(Http, null);

    /// <summary>Somebody with a token such as this service never gives: an outside issuer might. It is signed as ours are.</summary>
    public async Task<Person> Forge(string role, Guid consortium)
    {
        await using var scope = _app!.Services.GetRequiredService<IServiceScopeFactory>().CreatePlatformScope();
        var stranger = new Account { Id = Guid.CreateVersion7(), Name = "Stranger", Role = role, ConsortiumId = consortium, OpenedAt = default };
        var token = await scope.ServiceProvider.GetRequiredService<AccessTokens>()
            .SignAsync(stranger, scope.ServiceProvider.GetRequiredService<MembershipDb>(), CancellationToken.None);
        return new Person(Http, new JsonObject { ["accessToken"] = token });
    }

    /// <summary>A consortium of the test's own, with a manager.</summary>
    public async Task<Founded> Found(string timeZone = "Asia/Vientiane")
    {
        var code = Name("C");
        var email = $"manager@{code}.example";
        var consortium = await Operator.Post("consortia", new
        {
            code, name = $"Consortium {code}", baseCurrency = "USD", timeZone, manager = new { email, password = Password, name = "Noy" },
        });
        return new Founded(this, consortium.Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>(), code, await SignIn(email));
    }

    public string Name(string prefix) => prefix + Interlocked.Increment(ref _names).ToString(CultureInfo.InvariantCulture);

    /// <summary>Changes the store behind the service's back, as a mistake or a restored backup might.</summary>
    public async Task Tamper(string sql)
    {
        await using var scope = _app!.Services.GetRequiredService<IServiceScopeFactory>().CreatePlatformScope();
        await scope.ServiceProvider.GetRequiredService<MembershipDb>().Database.ExecuteSqlRawAsync(sql);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private WebApplication Build(string[] settings) => ServiceHost.Build(
        [
            "--urls=http://127.0.0.1:0", $"--Data:Folder={_folder}", "--Edge:SignInsPerMinute=100000", "--Edge:RequestsPerSecond=100000", "--Edge:Burst=100000",
            $"--Membership:Operator:Email={OperatorEmail}", $"--Membership:Operator:Password={Password}",
            .. _postgres is null ? (string[])[] : [$"--ConnectionStrings:membership={_postgres}"],
            .. settings,
        ],
        [new MembershipModule(), new Listener()],
        builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.Services.AddSingleton<TimeProvider>(Clock);
            builder.Services.AddSingleton(_heard);
        });

    private sealed class Heard
    {
        public ConcurrentQueue<object> Messages { get; } = new();

        public ConcurrentDictionary<Guid, bool> Ids { get; } = new();
    }

    // Stands for the other services.
    private sealed class Listener : IServiceModule
    {
        public string Name => "listener";

        public void AddServices(IHostApplicationBuilder builder)
        {
        }

        public void AddConsumers(IBusRegistrationConfigurator bus) => bus.Add<Listen>(Name);

        public void MapEndpoints(IEndpointRouteBuilder routes)
        {
        }
    }

    private sealed class Listen(Heard heard) : IConsumer<ConsortiumFounded>, IConsumer<MemberStandingChanged>, IConsumer<MemberCapabilitiesChanged>,
        IConsumer<CapacityDeclared>, IConsumer<RulebookVersionActivated>
    {
        public Task Consume(ConsumeContext<ConsortiumFounded> context) => Hear(context);

        public Task Consume(ConsumeContext<MemberStandingChanged> context) => Hear(context);

        public Task Consume(ConsumeContext<MemberCapabilitiesChanged> context) => Hear(context);

        public Task Consume(ConsumeContext<CapacityDeclared> context) => Hear(context);

        public Task Consume(ConsumeContext<RulebookVersionActivated> context) => Hear(context);

        // As every service: the same message twice has one effect.
        private Task Hear<T>(ConsumeContext<T> context)
            where T : class
        {
            if (heard.Ids.TryAdd(context.MessageId!.Value, true))
            {
                heard.Messages.Enqueue(context.Message);
            }

            return Task.CompletedTask;
        }
    }
}

/// <summary>A consortium with its manager.</summary>
public sealed record Founded(Installation Installation, Guid Id, string Code, Person Manager)
{
    public async Task<Firm> Admit(string? code = null, bool probation = false)
    {
        code ??= Installation.Name("F");
        var member = await Manager.Post("members", new { code, name = $"Firm {code}", country = "LA", probation });
        return new Firm(this, member.Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>(), code);
    }

    public async Task<Person> Open(string role, Guid? memberId = null, bool sales = false)
    {
        var email = $"{Installation.Name("person")}@{Code}.example";
        (await Manager.Post("accounts", new { email, password = Installation.Password, role, memberId, sales })).Expect(HttpStatusCode.Created);
        return await Installation.SignIn(email);
    }
}

/// <summary>A member firm.</summary>
public sealed record Firm(Founded Consortium, Guid Id, string Code)
{
    public Task<Person> OpenUser(bool sales = false) => Consortium.Open("MemberUser", Id, sales);
}

/// <summary>Somebody who calls the service, with or without a token.</summary>
public sealed class Person(HttpClient http, JsonNode? tokens)
{
    public string Email { get; init; } = "";

    public string? AccessToken => tokens?["accessToken"]!.GetValue<string>();

    public string RefreshToken => tokens!["refreshToken"]!.GetValue<string>();

    public Guid Id => Guid.Parse(Claims["sub"]!.GetValue<string>());

    public JsonNode Claims => JsonNode.Parse(Convert.FromBase64String(Pad(AccessToken!.Split('.')[1])))!;

    public string KeyId => JsonNode.Parse(Convert.FromBase64String(Pad(AccessToken!.Split('.')[0])))!["kid"]!.GetValue<string>();

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path, null);

    public Task<Answer> Post(string path, object? body = null, string? key = null) =>
        Send(HttpMethod.Post, path, body is null ? null : JsonContent.Create(body), ("Idempotency-Key", key));

    public Task<Answer> Put(string path, object body, string? ifMatch = null) =>
        Send(HttpMethod.Put, path, JsonContent.Create(body), ("If-Match", ifMatch));

    public Task<Answer> Upload(string csv, string query = "", string? key = null) => Upload(System.Text.Encoding.UTF8.GetBytes(csv), query, key);

    public Task<Answer> Upload(byte[] csv, string query = "", string? key = null)
    {
        var content = new ByteArrayContent(csv);
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        return Send(HttpMethod.Post, "capacity-declarations/csv" + query, content, ("Idempotency-Key", key));
    }

    public async Task<Answer> Send(HttpMethod method, string path, HttpContent? content, (string Name, string? Value)? header = null)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith('/') ? path : "/api/membership/" + path) { Content = content };
        if (AccessToken is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
        }

        if (header is { Value: { } value, Name: var name })
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(response.StatusCode, text, response.Headers.ETag?.Tag, response.Headers.Contains("Idempotency-Replayed"));
    }

    private static string Pad(string base64Url) =>
        base64Url.Replace('-', '+').Replace('_', '/').PadRight((base64Url.Length + 3) / 4 * 4, '=');
}

/// <summary>What the service answered.</summary>
public sealed record Answer(HttpStatusCode Status, string Text, string? ETag, bool Replayed)
{
    public JsonNode Body => JsonNode.Parse(Text) ?? throw new InvalidOperationException($"{Status} without a body");

    public string? Code => Text.Length > 0 && Body is JsonObject o ? o["code"]?.GetValue<string>() : null;

    /// <summary>The fields that the service found wrong.</summary>
    public IEnumerable<string> WrongFields => Body["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal);

    public JsonNode Expect(HttpStatusCode status)
    {
        Assert.True(Status == status, $"Expected {status}, got {Status}: {Text}");
        return Text.Length == 0 ? new JsonObject() : Body;
    }

    /// <summary>A "no": problem details with this status and code, and a trace id.</summary>
    public Answer ExpectProblem(int status, string code)
    {
        Assert.True((int)Status == status && Code == code, $"Expected {status} {code}, got {Status}: {Text}");
        Assert.NotEmpty(Body["traceId"]!.GetValue<string>());
        return this;
    }
}
