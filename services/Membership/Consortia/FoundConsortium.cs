using ExportConsortia.Membership.Accounts;
using ExportConsortia.Membership.Rulebook;
using Microsoft.AspNetCore.Identity;

namespace ExportConsortia.Membership.Consortia;

/// <summary>Sets up a consortium with its first manager and a rulebook in which every rule has its default.</summary>
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
    /// <param name="Password">First password: 10 to 200 characters, at least 5 of them different.</param>
    /// <param name="Name">Name, at most 200 characters; the e-mail address if absent.</param>
    public sealed record FirstManager(string Email, string Password, string? Name = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("consortia", HandleAsync)
        .WithName(nameof(FoundConsortium))
        .WithSummary("Set up a consortium")
        .WithDescription("For operators. Creates the consortium, its first manager's account and version 1 of its rulebook, with default rules. "
            + "409 CODE_TAKEN or EMAIL_TAKEN when the code or the manager's e-mail address is in use.")
        .WithExample(new Request(
            "VTF", "Vientiane Furniture Export", "USD", "Asia/Vientiane", new("manager@vtf.example", "a long passphrase", "Noy")))
        .For(Role.Operator);

    private static async Task<Results<Created<ListConsortia.Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, UserManager<Account> users, TimeProvider clock, CancellationToken ct)
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
        var manager = Account.Open(
            request.Manager?.Email, request.Manager?.Name, Role.ConsortiumManager, consortium.Id, null, worksInSales: false,
            errors, consortium.FoundedAt, "manager.");
        await manager.CheckPasswordAsync(users, request.Manager?.Password, errors, "manager.password");
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        if (await db.Consortia.AnyAsync(c => c.Code == consortium.Code, ct))
        {
            return new Refusal("CODE_TAKEN", $"The code {consortium.Code} is taken by another consortium.").ToProblem();
        }

        db.Add(consortium);
        db.Publish(consortium.Id, consortium.ToEvent());
        var rulebook = RulebookVersion.First(consortium.Id, manager.Id, consortium.FoundedAt);
        db.Add(rulebook);
        db.Publish(consortium.Id, rulebook.ToEvent());

        // Identity saves the account together with everything added above.
        if (await users.CreateAsync(manager, request.Manager!.Password) is { Succeeded: false })
        {
            return Account.EmailTaken.ToProblem();
        }

        return TypedResults.Created($"/api/membership/consortia/{consortium.Id}", ListConsortia.Response.Of(consortium));
    }
}
