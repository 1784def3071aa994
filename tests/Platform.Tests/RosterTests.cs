using System.Security.Claims;
using ExportConsortia.Contracts;
using ExportConsortia.Platform.Roster;
using ExportConsortia.Platform.Tests.Probe;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Tests;

/// <summary>Every service keeps consortia, member firms and rulebooks from Membership's events, in whatever order they come.</summary>
[Collection(nameof(SharedServers))]
public sealed class RosterTests(SharedServers servers)
{
    private static readonly DateTime Then = new(2027, 1, 31, 20, 0, 0, DateTimeKind.Utc);

    private readonly Guid _consortium = Guid.CreateVersion7();
    private readonly Guid _firm = Guid.CreateVersion7();

    private MemberCapabilitiesChanged Chairs(long version) =>
        new(_consortium, _firm, [new("TK-12", "Garden chair", "chairs")], version, Then);

    private MemberStandingChanged Standing(MemberStanding standing, long version, Guid? firm = null) =>
        new(_consortium, firm ?? _firm, "F1", "Teak One", standing.ToString(), version, Then);

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task Whatever_comes_first_creates_the_row(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        await Handled(host, installation, Chairs(version: 1));
        var known = (await host.Ask<ProbeDb, MemberFirm?>(db => db.Members.SingleOrDefaultAsync()))!;
        Assert.Equal(("", MemberStanding.Suspended, 0, 1), (known.Code, known.Standing, known.StandingVersion, known.CapabilitiesVersion));

        await Handled(host, installation,
            Standing(MemberStanding.Active, version: 1),
            new ConsortiumFounded(_consortium, "VTF", "Vientiane Teak", "USD", "Asia/Vientiane", Then),
            new RulebookVersionActivated(_consortium, 1, [new AllocationRule { ProductFamily = "*", LotSize = 10 }], Then));

        var firm = Assert.Single(await host.Ask<ProbeDb, List<MemberFirm>>(db => db.FirmsAsync(_consortium, default)));
        Assert.Equal((_firm, "F1", "Teak One", MemberStanding.Active), (firm.Id, firm.Code, firm.Name, firm.Standing));
        Assert.Equal(new MemberCapability("TK-12", "Garden chair", "chairs"), Assert.Single(firm.Capabilities));
        var consortium = await host.Ask<ProbeDb, Consortium>(db => db.ConsortiumAsync(_consortium, default));
        Assert.Equal(
            ("VTF", "Vientiane Teak", "USD", new DateOnly(2027, 2, 1)),
            (consortium.Code, consortium.Name, consortium.BaseCurrency, consortium.Day(Then)));
        var unknown = await host.Ask<ProbeDb, Consortium>(db => db.ConsortiumAsync(Guid.CreateVersion7(), default));
        Assert.Equal(("", new DateOnly(2027, 1, 31)), (unknown.Code, unknown.Day(Then)));
        var (before, inForce) = await host.Ask<ProbeDb, (Rulebook, Rulebook)>(async db =>
            (await db.RulebookAsync(_consortium, Then.AddSeconds(-1), default), await db.RulebookAsync(_consortium, Then, default)));
        Assert.Equal((0, 1, 10), (before.Version, inForce.Version, Assert.Single(inForce.Rules).LotSize));
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task A_consortiums_party_is_kept_whether_it_comes_before_or_after_the_founding(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        await Handled(host, installation, Party("Vientiane Teak Furniture", version: 2));
        await Handled(host, installation, Party("Vientiane Teak", version: 1));
        await Handled(host, installation, new ConsortiumFounded(_consortium, "VTF", "Vientiane Teak", "USD", "Asia/Vientiane", Then));

        var consortium = await host.Ask<ProbeDb, Consortium>(db => db.ConsortiumAsync(_consortium, default));
        Assert.Equal(("VTF", "Vientiane Teak", new DateOnly(2027, 2, 1)), (consortium.Code, consortium.Name, consortium.Day(Then)));
        Assert.Equal(("Vientiane Teak Furniture", 2), (consortium.Party!.LegalName, consortium.PartyVersion));
        Assert.Equal([new PartyIdentifier("42", null)], consortium.Party.Identifiers);

        ConsortiumPartyChanged Party(string name, long version) =>
            new(_consortium, new(name, null, new("7302347231110", "0088"), [new("42", null)], null), version, Then);
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task An_older_version_is_ignored_and_the_same_message_twice_has_one_effect(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        await Eventually.Holds("the host is ready", host.IsReady);
        var twice = Guid.CreateVersion7();
        await host.Send(Standing(MemberStanding.Suspended, version: 2), twice);
        await host.Send(Standing(MemberStanding.Suspended, version: 2), twice);
        await Eventually.Holds("it is handled", async () => await HandledBy(host, installation) == 1);

        await Handled(host, installation, Standing(MemberStanding.Active, version: 1), Chairs(version: 2));
        await Handled(host, installation, new MemberCapabilitiesChanged(_consortium, _firm, [], 1, Then));

        var firm = Assert.Single(await host.Ask<ProbeDb, List<MemberFirm>>(db => db.FirmsAsync(_consortium, default)));
        Assert.Equal((MemberStanding.Suspended, 2, 2), (firm.Standing, firm.StandingVersion, firm.CapabilitiesVersion));
        Assert.Single(firm.Capabilities);
        Assert.Single(await host.Effects(_firm));
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task A_firm_that_loses_its_standing_loses_in_the_same_transaction_what_the_service_says(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        await Handled(host, installation, Standing(MemberStanding.Probation, version: 1));
        await Handled(host, installation, Standing(MemberStanding.Active, version: 2));
        Assert.Empty(await host.Effects(_firm));

        await Handled(host, installation, Standing(MemberStanding.Suspended, version: 3));
        await Handled(host, installation, Standing(MemberStanding.Left, version: 4));

        Assert.Equal([nameof(MemberStanding.Suspended), nameof(MemberStanding.Left)], (await host.Effects(_firm)).Select(e => e.Queue));
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task A_message_of_a_new_epoch_wins_over_every_version_of_an_older_one(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        await Handled(host, installation,
            Standing(MemberStanding.Active, version: 9), Chairs(version: 9), new RulebookVersionActivated(_consortium, 4, [], Then));
        var neighbour = Guid.CreateVersion7();
        await Handled(host, installation, Standing(MemberStanding.Active, version: 3, neighbour));

        // The store was restored: it counts from an earlier version. Its relay says so with each message.
        var epoch = await host.Ask<ProbeDb, long>(db => db.BeginEpochAsync(default));
        await Handled(host, installation, Standing(MemberStanding.Suspended, version: 2));
        var firm = (await host.Ask<ProbeDb, List<MemberFirm>>(db => db.FirmsAsync(_consortium, default))).Single(f => f.Id == _firm);
        Assert.Equal((MemberStanding.Suspended, Epoch.Rank(epoch, 2)), (firm.Standing, firm.StandingVersion));
        Assert.Single(firm.Capabilities);
        Assert.Single(await host.Effects(_firm));

        // The snapshot names neither the neighbour nor the rulebook.
        await host.Save<ProbeDb>(db => db.Publish(_consortium, new RosterSnapshot(
            _consortium, epoch, 1, 1, new ConsortiumFounded(_consortium, "VTF", "Vientiane Teak", "USD", "UTC", Then), null,
            [new(_consortium, 1, [], Then)], [Standing(MemberStanding.Suspended, version: 2)], [], Then), bulk: true));
        await Eventually.Holds("it has replaced the copy", () => host.Ask<ProbeDb, bool>(db => db.Copies.AnyAsync(c => c.ReplacedAt != null)));
        var firms = (await host.Ask<ProbeDb, List<MemberFirm>>(db => db.FirmsAsync(_consortium, default))).ToDictionary(f => f.Id);
        Assert.Equal((MemberStanding.Suspended, MemberStanding.Left), (firms[_firm].Standing, firms[neighbour].Standing));
        Assert.Empty(firms[_firm].Capabilities);
        Assert.Equal(nameof(MemberStanding.Left), Assert.Single(await host.Effects(neighbour)).Queue);
        Assert.Equal([1], await host.Ask<ProbeDb, List<int>>(db => db.Rulebooks.Select(r => r.Version).ToListAsync()));
        var copy = await host.Ask<ProbeDb, Copy>(db => db.Copies.SingleAsync());
        Assert.Equal(("roster", epoch, 2, 1, 2), (copy.Kind, copy.Epoch, copy.Added, copy.Changed, copy.Removed));
    }

    [Theory]
    [InlineData(Shape.Embedded)]
    [InlineData(Shape.Distributed)]
    public async Task A_caller_sees_its_own_consortium_and_a_firm_only_itself(Shape shape)
    {
        using var installation = await servers.Fresh(shape);
        await using var host = await installation.Start();
        var other = new RosterTests(servers);
        var neighbour = Guid.CreateVersion7();
        await Handled(host, installation,
            Standing(MemberStanding.Active, 1), Standing(MemberStanding.Active, 1, neighbour), other.Standing(MemberStanding.Active, 1),
            new RulebookVersionActivated(_consortium, 1, [], Then), new RulebookVersionActivated(other._consortium, 1, [], Then),
            new ConsortiumFounded(_consortium, "VTF", "", "USD", "UTC", Then),
            new ConsortiumFounded(other._consortium, "LBC", "", "USD", "UTC", Then));
        Guid[] ours = [_firm, neighbour];

        Assert.Equal((3, 2, 2), await Seen(host, null));
        Assert.Equal((2, 1, 1), await Seen(host, [(ClaimName.Role, Role.ConsortiumManager), (ClaimName.Consortium, $"{_consortium}")]));
        Assert.Equal((2, 1, 1), await Seen(host, [(ClaimName.Role, Role.Auditor), (ClaimName.Consortium, $"{_consortium}")]));
        (string, string)[] worker = [(ClaimName.Role, Role.MemberUser), (ClaimName.Consortium, $"{_consortium}"), (ClaimName.Member, $"{_firm}")];
        Assert.Equal((1, 1, 1), await Seen(host, worker));
        Assert.Equal((0, 0, 0), await Seen(host, [(ClaimName.Role, Role.Operator)]));
        Assert.Equal((0, 0, 0), await Seen(host, []));
        Assert.Equal(ours.Order(), (await AsCaller(host, worker, db => db.FirmsAsync(_consortium, default))).Select(f => f.Id).Order());
        Assert.Empty(await AsCaller(host, worker, db => db.FirmsAsync(other._consortium, default)));
    }

    // Publishes, and waits until the roster's queue has handled all of it.
    private static async Task Handled(ProbeHost host, Installation installation, params object[] messages)
    {
        var before = await HandledBy(host, installation);
        await host.Save<ProbeDb>(db => Array.ForEach(messages, message => db.Publish(Guid.CreateVersion7(), message)));
        await Eventually.Holds("the roster has handled it", async () => await HandledBy(host, installation) == before + messages.Length);
    }

    private static Task<int> HandledBy(ProbeHost host, Installation installation) =>
        host.Ask<ProbeDb, int>(db => db.Inbox.CountAsync(m => m.Consumer == $"{installation.Name}-keep-members"));

    /// <summary>How many firms, consortia and rulebooks a caller sees; without claims nobody, without a list of claims the platform.</summary>
    private static Task<(int Firms, int Consortia, int Rulebooks)> Seen(ProbeHost host, (string Type, string Value)[]? claims) =>
        AsCaller(host, claims, async db => (await db.Members.CountAsync(), await db.Consortia.CountAsync(), await db.Rulebooks.CountAsync()));

    private static async Task<T> AsCaller<T>(ProbeHost host, (string Type, string Value)[]? claims, Func<ProbeDb, Task<T>> query)
    {
        if (claims is null)
        {
            return await host.Ask(query);
        }

        await using var scope = host.Scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = new DefaultHttpContext
        {
            User = new ClaimsPrincipal(new ClaimsIdentity(claims.Select(c => new Claim(c.Type, c.Value)))),
        };
        return await query(scope.ServiceProvider.GetRequiredService<ProbeDb>());
    }
}
