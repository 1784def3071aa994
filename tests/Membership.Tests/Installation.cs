using System.Globalization;
using System.Text.Json.Nodes;
using ExportConsortia.Membership.Accounts;
using ExportConsortia.Membership.Tokens;
using ExportConsortia.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Membership.Tests;

/// <summary>A running membership service with its operator.</summary>
public sealed class Installation : RunningService
{
    public const string Password = "a long passphrase";
    private const string OperatorEmail = "operator@installation.example";
    private const string SecondOperatorEmail = "second@installation.example";

    private int _names;
    private Lazy<Task<User>>? _second;

    public Installation(ServiceData data)
        : base(data, new MembershipModule())
    {
        Settings["Membership:Operator:Email"] = OperatorEmail;
        Settings["Membership:Operator:Password"] = Password;
        Settings["Membership:SecondOperator:Email"] = SecondOperatorEmail;
        Settings["Membership:SecondOperator:Password"] = Password;
        if (data.Shape == Shape.Distributed)
        {
            Settings["Membership:KeySecret"] = Convert.ToBase64String(new byte[32]);
        }
    }

    public User Operator { get; private set; } = null!;

    /// <summary>Another person: nobody invited either.</summary>
    public Task<User> SecondOperator() => (_second ??= new(() => SignIn(SecondOperatorEmail))).Value;

    public User Anybody => new(this, null);

    public override async Task Start()
    {
        await base.Start();
        Operator = await SignIn(OperatorEmail);
    }

    public Task<User> SignIn(string email, string password = Password) => SignIn(email, password, "Api");

    /// <summary>Signs in for a web session, with what the browser calls itself.</summary>
    public Task<User> SignInToWeb(string email, string? userAgent = null) => SignIn(email, Password, "Web", userAgent);

    /// <summary>Passwords are hashed in a hundredth of the rounds: half of all processor time of these tests would go into them.</summary>
    protected override void Adapt(WebApplicationBuilder builder)
    {
        base.Adapt(builder);
        builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1000);
    }

    private async Task<User> SignIn(string email, string password, string session, string? userAgent = null)
    {
        var tokens = await Anybody.Send(HttpMethod.Post, "tokens", new { email, password, session }, ("User-Agent", userAgent));
        return new User(this, tokens.Expect(HttpStatusCode.OK)) { Email = email };
    }

    /// <summary>Somebody with a token that this service never issues but another issuer might. It is signed with our key.</summary>
    public async Task<User> Forge(string role, Guid consortium)
    {
        await using var scope = Scopes.CreatePlatformScope();
        var stranger = new Account { Id = Guid.CreateVersion7(), Name = "Stranger", Role = role, ConsortiumId = consortium, OpenedAt = default };
        var token = await scope.ServiceProvider.GetRequiredService<AccessTokens>()
            .SignAsync(stranger, Guid.CreateVersion7(), scope.ServiceProvider.GetRequiredService<MembershipDb>(), CancellationToken.None);
        return new User(this, new JsonObject { ["accessToken"] = token });
    }

    /// <summary>A consortium of the test's own, with a manager.</summary>
    public async Task<Founded> Found(string timeZone = "Asia/Vientiane")
    {
        var code = Name("C");
        var email = $"manager@{code}.example";
        var consortium = await Operator.Post("consortia", new
        {
            code, name = $"Consortium {code}", baseCurrency = "USD", timeZone, manager = new { email },
        });
        var founded = consortium.Expect(HttpStatusCode.Created);
        _ = await Invited.FollowAsync(Anybody.Ask, founded["manager"]!, Password, "Noy");
        return new Founded(this, founded["id"]!.GetValue<Guid>(), code, await SignIn(email));
    }

    /// <summary>The same with a product in each of these families.</summary>
    public async Task<Founded> FoundListing(params string[] families)
    {
        var founded = await Found();
        foreach (var family in families)
        {
            await founded.List(family);
        }

        return founded;
    }

    public string Name(string prefix) => prefix + Interlocked.Increment(ref _names).ToString(CultureInfo.InvariantCulture);

    /// <summary>Changes the database behind the service's back, as a mistake or a restored backup might.</summary>
    public async Task Tamper(string sql)
    {
        await using var db = Data.Open<MembershipDb>();
        await db.Database.ExecuteSqlRawAsync(sql);
    }

    internal Task<Answer> Send(User by, HttpMethod method, string path, object? body, params (string Name, string? Value)[] headers) =>
        Client.AskAsync(method, PathOf(path), by.AccessToken, body, headers);
}
