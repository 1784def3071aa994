using ExportConsortia.Membership.Accounts;
using ExportConsortia.Membership.Invitations;
using ExportConsortia.Membership.Rulebook;
using Microsoft.AspNetCore.Identity;

namespace ExportConsortia.Membership.Consortia;

/// <summary>Sets up a consortium with a rulebook in which every rule has its default, and invites its first manager.</summary>
internal static class FoundConsortium
{
    /// <summary>A consortium to set up.</summary>
    /// <param name="Code">Short code, unique in the installation: 1 to 20 letters, digits, hyphens, underscores or dots.</param>
    /// <param name="Name">Full name, 1 to 200 characters.</param>
    /// <param name="BaseCurrency">Currency of its books: ISO 4217, three capital letters.</param>
    /// <param name="TimeZone">IANA time zone that its calendar days follow.</param>
    /// <param name="Manager">Its first manager.</param>
    public sealed record Request(string Code, string Name, string BaseCurrency, string TimeZone, FirstManager Manager);

    /// <summary>The person who runs the consortium; neutral, belongs to no member firm (F-C3).</summary>
    /// <param name="Email">E-mail address to sign in with; unique in the installation, case-insensitive.</param>
    public sealed record FirstManager(string Email);

    /// <summary>The consortium, and the invitation of its first manager.</summary>
    /// <param name="Id">The consortium.</param>
    /// <param name="Code">Short code.</param>
    /// <param name="Name">Full name.</param>
    /// <param name="Manager">The invitation; its secret is shown this once.</param>
    public sealed record Response(Guid Id, string Code, string Name, InviteByLink.Response Manager);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("consortia", HandleAsync)
        .WithName(nameof(FoundConsortium))
        .WithSummary("Set up a consortium")
        .WithDescription("For operators. Creates the consortium and version 1 of its rulebook, with default rules, and invites its first manager, by "
            + "a link that is valid for 7 days. 409 CODE_TAKEN or EMAIL_TAKEN when the code or the manager's e-mail address is in use.")
        .WithExample(new Request(
            "VTF", "Vientiane Furniture Export", "USD", "Asia/Vientiane", new("manager@vtf.example")))
        .For(Role.Operator);

    private static async Task<Results<Created<Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, UserManager<Account> users, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var consortium = new Consortium
        {
            Id = Guid.CreateVersion7(),
            Code = errors.Code(request.Code, "code"),
            Name = errors.Text(request.Name, "name", 200),
            BaseCurrency = request.BaseCurrency ?? "",
            TimeZone = request.TimeZone ?? "",
            FoundedAt = clock.GetUtcNow().UtcDateTime,
        };
        errors.Unless(consortium.BaseCurrency is [_, _, _] && consortium.BaseCurrency.All(char.IsAsciiLetterUpper),
            "baseCurrency", "Must be an ISO 4217 code such as USD.");
        errors.Unless(
            TimeZoneInfo.TryFindSystemTimeZoneById(consortium.TimeZone, out _), "timeZone", "Must be an IANA time zone such as Asia/Vientiane.");
        var manager = Account.Address(request.Manager?.Email, errors, "manager.email");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Consortia.AnyAsync(c => c.Code == consortium.Code, ct))
        {
            return new Refusal("CODE_TAKEN", $"The code {consortium.Code} is taken by another consortium.").ToProblem();
        }

        if (await users.FindByEmailAsync(manager) is not null)
        {
            return Account.EmailTaken.ToProblem();
        }

        db.Add(consortium);
        db.Publish(consortium.Id, consortium.ToEvent());
        var rulebook = RulebookVersion.First(consortium.Id, caller.UserId, consortium.FoundedAt);
        db.Add(rulebook);
        db.Publish(consortium.Id, rulebook.ToEvent());
        db.Record("CONSORTIUM_FOUNDED", consortium.Id, consortium: consortium.Id);
        var (refusal, invitation) = await InviteByLink.AddAsync(
            new(InvitationKind.NewAccount, manager, Role.ConsortiumManager, consortium.Id, null, false, null, Consent.Nobody), db, caller,
            consortium.FoundedAt, ct);
        if (refusal is not null)
        {
            return refusal.ToProblem();
        }

        await db.SaveChangesAsync(ct);
        return TypedResults.Created(
            $"/api/membership/consortia/{consortium.Id}", new Response(consortium.Id, consortium.Code, consortium.Name, invitation!));
    }
}
