using System.Security.Claims;
using ExportConsortia.Platform.Tests.Probe;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Tests;

/// <summary>Nobody becomes the platform by accident, and no missing claim makes a caller part of the clean team.</summary>
[Collection(nameof(SharedServers))]
public sealed class CallerTests(SharedServers servers)
{
    private const string Consortium = "0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3c";
    private const string Firm = "0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3d";
    private const string Other = "0197a4c2-7d1e-7c55-9b2f-3f6f0f1a2b3e";

    [Theory, EachShape]
    public async Task A_consumer_works_as_the_platform(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        await Eventually.Holds("the host is ready", host.IsReady);

        var note = Guid.CreateVersion7();
        await host.Write(note, 1);
        await Eventually.Holds("both consumers have kept the line", async () => (await host.Effects(note)).Count == 2);

        Assert.All(host.Script.Callers, caller => Assert.True(caller.IsPlatform));
    }

    [Fact]
    public async Task An_unmarked_scope_without_a_request_is_nobodys()
    {
        using var installation = await servers.Fresh(Shape.Embedded);
        await using var host = await installation.Start();

        await using var unmarked = host.Scopes.CreateAsyncScope();
        var nobody = unmarked.ServiceProvider.GetRequiredService<ProbeDb>().Asks;

        Assert.Equal(
            (false, Guid.Empty, Guid.Empty, null, false),
            (nobody.IsPlatform, nobody.UserId, nobody.ConsortiumId, nobody.MemberId, nobody.IsCleanTeam));
    }

    [Fact]
    public async Task A_platform_scope_inside_a_request_is_the_platforms()
    {
        using var installation = await servers.Fresh(Shape.Embedded);
        await using var host = await installation.Start();
        var requests = host.Scopes.CreateScope().ServiceProvider.GetRequiredService<Microsoft.AspNetCore.Http.IHttpContextAccessor>();
        requests.HttpContext = new Microsoft.AspNetCore.Http.DefaultHttpContext { User = User(("role", Role.Auditor), ("consortium", Consortium)) };

        await using var ofTheRequest = host.Scopes.CreateAsyncScope();
        await using var ofThePlatform = host.Scopes.CreatePlatformScope();

        Assert.True(ofTheRequest.ServiceProvider.GetRequiredService<Caller>().Is(Role.Auditor));
        Assert.True(ofThePlatform.ServiceProvider.GetRequiredService<Caller>().IsPlatform);
    }

    [Theory]
    [InlineData(Role.MemberUser, null)]
    [InlineData(Role.MemberUser, "")]
    [InlineData(Role.MemberUser, "F1")]
    [InlineData(Role.ConsortiumManager, "F1")]
    [InlineData(Role.Auditor, "")]
    [InlineData(Role.Operator, "null")]
    public void A_caller_of_a_firm_that_its_token_does_not_name_is_nobody(string role, string? member)
    {
        (string, string)[] firm = member is null ? [] : [("member", member)];
        var caller = Caller.From(User([("sub", Firm), ("role", role), ("consortium", Consortium), .. firm]));

        Assert.Same(Caller.Nobody, caller);
    }

    [Fact]
    public void A_manager_who_is_also_a_members_user_without_a_firm_is_nobody() =>
        Assert.Same(Caller.Nobody, Caller.From(User(("role", Role.ConsortiumManager), ("role", Role.MemberUser), ("consortium", Consortium))));

    [Fact]
    public void A_members_user_has_no_other_role()
    {
        var caller = Caller.From(User(("role", Role.MemberUser), ("role", Role.ConsortiumManager), ("consortium", Consortium), ("member", Firm)));

        Assert.Equal((new Guid(Consortium), new Guid(Firm)), (caller.ConsortiumId, caller.MemberId));
        Assert.Equal((true, false), (caller.Is(Role.MemberUser), caller.IsCleanTeam));
    }

    [Fact]
    public void The_accounts_behind_a_caller_are_read_from_its_token()
    {
        var caller = Caller.From(User(("sub", Consortium), ("controllers", $"{Firm} {Other}")));

        Assert.Equal([new Guid(Firm), new Guid(Other)], caller.Controllers);
        Assert.False(caller.IsTwoPeopleWith(new Guid(Firm), []));
        Assert.False(caller.IsTwoPeopleWith(Guid.CreateVersion7(), [new Guid(Other)]));
        Assert.False(caller.IsTwoPeopleWith(new Guid(Consortium), []));
        Assert.True(caller.IsTwoPeopleWith(Guid.CreateVersion7(), [Guid.CreateVersion7()]));
    }

    [Fact]
    public void A_caller_whose_controllers_can_not_be_read_is_nobody() =>
        Assert.Same(Caller.Nobody, Caller.From(User(("sub", Consortium), ("role", Role.Auditor), ("controllers", $"{Firm} somebody"))));

    private static ClaimsPrincipal User(params ReadOnlySpan<(string Type, string Value)> claims)
    {
        var identity = new ClaimsIdentity();
        foreach (var (type, value) in claims)
        {
            identity.AddClaim(new Claim(type, value));
        }

        return new ClaimsPrincipal(identity);
    }
}
