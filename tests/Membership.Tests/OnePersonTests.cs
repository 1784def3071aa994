using System.Text.Json.Nodes;
using ExportConsortia.Platform;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Membership.Tests;

/// <summary>
/// One person has an account and tries everything with it, and with every account that follows: no sequence of invitations, new passwords, consents,
/// codes and locks makes two people of them.
/// </summary>
public sealed class OnePersonTests(Installations installations)
{
    private const int Steps = 60;
    private const string Mine = "the one person's passphrase";

    [Theory]
    [InlineData("Operator")]
    [InlineData("ConsortiumManager")]
    [InlineData("Auditor")]
    [InlineData("MemberUser")]
    public async Task No_sequence_of_what_one_person_can_do_makes_two_people(string role)
    {
        var installation = await installations.In(RandomCases.IsTurnOf(role.Length) ? Shape.Embedded : Shape.Distributed);
        for (var run = 0; run < (RandomCases.Thorough ? 10 : 1); run++)
        {
            var vtf = await installation.Found();
            var (firm, other) = (await vtf.Admit(), await vtf.Admit());
            var (user, second, auditor) = (await firm.OpenUser(), await vtf.Open("ConsortiumManager"), await vtf.Open("Auditor"));
            var start = role switch
            {
                "Operator" => await OwnOperator(installation, vtf), "ConsortiumManager" => vtf.Manager, "Auditor" => auditor, _ => user,
            };
            User[] honest = [.. new[] { vtf.Manager, second, auditor, user, await other.OpenUser() }.Where(person => person.Id != start.Id)];
            var random = new Random(unchecked(RandomCases.Seed + (1000 * role.Length) + run));
            await new Attack(installation, vtf, [firm.Id, other.Id], start, random).Try(honest, $"seed {RandomCases.Seed}");
        }
    }

    // An operator whom the first one invited: the first one goes on signing in for other tests.
    private static async Task<User> OwnOperator(Installation installation, Founded vtf)
    {
        var email = $"{installation.Name("operator")}@{vtf.Code}.example";
        _ = await Invited.OpenAsync(installation.Anybody.Ask, installation.Operator.Ask, new { email, role = "Operator" }, Installation.Password);
        return await installation.SignIn(email);
    }

    private sealed class Attack(Installation installation, Founded vtf, Guid[] firms, User first, Random random)
    {
        private readonly List<User> _mine = [first];
        private readonly List<(JsonNode Link, Guid? Firm)> _links = [];
        private readonly Dictionary<Guid, Guid?> _firmOf = [];
        private readonly Dictionary<Guid, string> _codes = [];

        public async Task Try(User[] honest, string seed)
        {
            var start = _mine[0];
            foreach (var person in honest.Append(start))
            {
                _firmOf[person.Id] = Guid.TryParse(person.Claims["member"]?.GetValue<string>(), out var firm) ? firm : null;
            }

            // What certainly succeeds, so that the rest never tries with one account only: a colleague of an operator or of a firm's person.
            await Invite(start, start.Claims["role"]!.GetValue<string>(), _firmOf[start.Id]);
            await Follow();
            for (var step = 0; step < Steps; step++)
            {
                var by = _mine[random.Next(_mine.Count)];
                await (random.Next(7) switch
                {
                    0 => InviteAnybody(by),
                    1 => InviteToNewPassword(by),
                    2 => Consent(by),
                    3 => MakeCode(by),
                    4 or 5 => Follow(),
                    _ => Lock(by, honest),
                });
            }

            Assert.True(
                _mine.Count > 1 || start.Claims["role"]!.GetValue<string>() is "Auditor" or "ConsortiumManager",
                $"{seed}: nothing was opened; the test lacks something.");
            await using var db = installation.Data.Open<MembershipDb>();
            var ids = _mine.Select(m => m.Id).ToList();
            var accounts = await db.Accounts.IgnoreQueryFilters().Where(a => ids.Contains(a.Id)).ToListAsync();
            foreach (var a in accounts)
            {
                Assert.All(accounts.Where(b => b.Id != a.Id), b => Assert.False(
                    TwoPeople.Are(a.Id, a.Controllers, b.Id, b.Controllers), $"{seed}: {a.Role} {a.Email} and {b.Role} {b.Email} are one person's."));
            }

            // Only an operator locks managers and auditors without a second person, and not the last two.
            var team = honest.Where(h => h.Claims["member"] is null).Select(h => h.Id).ToList();
            var open = await db.Accounts.IgnoreQueryFilters().Where(a => team.Contains(a.Id) && a.LockedAt == null).ToListAsync();
            Assert.True(
                start.Claims["role"]!.GetValue<string>() == "Operator" ? open.Count >= 2 && open.Exists(a => a.Role == "ConsortiumManager")
                    : open.Count == team.Count, $"{seed}: {team.Count - open.Count} of the clean team are locked.");
        }

        private Task InviteAnybody(User by)
        {
            var role = new[] { "Operator", "ConsortiumManager", "Auditor", "MemberUser" }[random.Next(4)];
            return Invite(by, role, role == "MemberUser" ? firms[random.Next(firms.Length)] : null);
        }

        private async Task Invite(User by, string role, Guid? firm)
        {
            Guid? consortium = by.Claims["role"]!.GetValue<string>() == "Operator" && role != "Operator" ? vtf.Id : null;
            Keep(firm, await by.Post("invitations", new
            {
                email = $"{installation.Name("mine")}@{vtf.Code}.example", role, memberId = firm, consortiumId = consortium,
            }));
        }

        // Of an own account, or of an honest one.
        private async Task InviteToNewPassword(User by)
        {
            var (account, firm) = _firmOf.ElementAt(random.Next(_firmOf.Count));
            Keep(firm, await by.Post($"accounts/{account}/password-invitation"));
        }

        private async Task Consent(User by)
        {
            foreach (var (link, _) in _links)
            {
                await by.Post($"invitations/{link["id"]}/consent");
            }
        }

        private async Task MakeCode(User by)
        {
            var firm = firms[random.Next(firms.Length)];
            if (await by.Post($"members/{firm}/firm-code") is { Status: HttpStatusCode.OK } answer)
            {
                _codes[firm] = answer.Json["code"]!.GetValue<string>();
            }
        }

        private async Task Follow()
        {
            if (_links.Count == 0)
            {
                return;
            }

            var (link, firm) = _links[random.Next(_links.Count)];
            var firmCode = firm is { } of ? _codes.GetValueOrDefault(of) : null;
            if (firmCode is null && link["needs"]!.GetValue<string>() == "FirmCode")
            {
                return;   // guesses would only make the next right one wait
            }

            var answer = await installation.Anybody.Post(
                "invitations/acceptance", new { secret = link["secret"]!.GetValue<string>(), password = Mine, firmCode });
            if (answer.Status != HttpStatusCode.OK)
            {
                return;
            }

            _links.Remove((link, firm));
            var id = answer.Json["id"]!.GetValue<Guid>();
            _firmOf[id] = firm;
            _mine.RemoveAll(m => m.Id == id);   // the former session has ended
            _mine.Add(await installation.SignIn(answer.Json["email"]!.GetValue<string>(), Mine));
        }

        private static async Task Lock(User by, User[] honest)
        {
            foreach (var target in honest)
            {
                await Founded.Lock(by, target.Id);
            }
        }

        private void Keep(Guid? firm, Answer answer)
        {
            if (answer.Status == HttpStatusCode.Created)
            {
                _links.Add((answer.Json, firm));
            }
        }
    }
}
