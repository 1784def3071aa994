using Microsoft.AspNetCore.Identity;

namespace ExportConsortia.Membership.Accounts;

/// <summary>A person reads the own account, and sets its name, language and time zone.</summary>
internal static class OwnAccount
{
    public const int LongestLanguage = 8;

    /// <summary>The caller's account, with what belongs to it.</summary>
    /// <param name="Id">The account; <c>sub</c> in its tokens.</param>
    /// <param name="Email">E-mail address to sign in with.</param>
    /// <param name="Name">The person's name.</param>
    /// <param name="Role">The person's role.</param>
    /// <param name="Sales">True if the person works in sales .</param>
    /// <param name="Language">The language that the person reads, such as <c>fr</c>; absent until they choose one.</param>
    /// <param name="TimeZone">The person's IANA time zone; absent: the consortium's.</param>
    /// <param name="Consortium">The consortium; absent for an operator.</param>
    /// <param name="Member">The member firm of a MemberUser.</param>
    /// <param name="InvitedBy">Who invited the person.</param>
    /// <param name="NewPasswordBy">Who last invited to a new password, after the old one was forgotten.</param>
    /// <param name="NewPasswordAt">When that password was set, UTC.</param>
    public sealed record Response(
        Guid Id, string Email, string Name, string Role, bool Sales, string? Language, string? TimeZone,
        OwnConsortium? Consortium, OwnFirm? Member, Person? InvitedBy, Person? NewPasswordBy, DateTime? NewPasswordAt);

    /// <summary>The consortium that the person belongs to.</summary>
    /// <param name="Id">The consortium.</param>
    /// <param name="Code">Short code.</param>
    /// <param name="Name">Full name.</param>
    /// <param name="TimeZone">IANA time zone that its calendar days follow.</param>
    public sealed record OwnConsortium(Guid Id, string Code, string Name, string TimeZone);

    /// <summary>The member firm that the person works for.</summary>
    /// <param name="Id">The firm.</param>
    /// <param name="Code">Short code.</param>
    /// <param name="Name">Full name.</param>
    public sealed record OwnFirm(Guid Id, string Code, string Name);

    /// <summary>What the person sets; it replaces what was set before.</summary>
    /// <param name="Name">The person's name, 1 to 200 characters.</param>
    /// <param name="Language">Language to read in: a tag of 2 to 8 letters such as <c>en</c>, <c>fr</c> or <c>vi</c>; absent: none chosen.</param>
    /// <param name="TimeZone">IANA time zone to read times in; absent: the consortium's.</param>
    public sealed record Request(string Name, string? Language = null, string? TimeZone = null);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("account", GetAsync)
            .WithName("GetOwnAccount")
            .WithSummary("Read your account")
            .WithDescription("For everybody: the own account with its consortium and member firm. 404 when an outside provider issued the token.");
        routes.MapPut("account", ChangeAsync)
            .WithName("ChangeOwnAccount")
            .WithSummary("Change your account")
            .WithDescription("For everybody: sets name, language and time zone of the own account. What is left out is no longer set.")
            .WithExample(new Request("Khamla", "fr", "Asia/Vientiane"));
    }

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> GetAsync(
        MembershipDb db, UserManager<Account> users, Caller caller, CancellationToken ct) =>
        await users.FindByIdAsync(caller.UserId.ToString()) is { } account
            ? TypedResults.Ok(await DescribeAsync(account, db, ct))
            : Refusal.NotFound();

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> ChangeAsync(
        Request request, MembershipDb db, UserManager<Account> users, Caller caller, CancellationToken ct)
    {
        if (await users.FindByIdAsync(caller.UserId.ToString()) is not { } account)
        {
            return Refusal.NotFound();
        }

        var errors = new InputErrors();
        account.Name = errors.Text(request.Name, "name", 200);
        errors.Unless(
            request.Language is null or { Length: >= 2 and <= LongestLanguage } && request.Language?.All(char.IsAsciiLetter) != false,
            "language", $"Must be a language tag of 2 to {LongestLanguage} letters such as en, fr or vi.");
        account.Language = request.Language?.ToLowerInvariant();
        errors.Unless(
            request.TimeZone is null || TimeZoneInfo.TryFindSystemTimeZoneById(request.TimeZone, out _),
            "timeZone", "Must be an IANA time zone such as Asia/Vientiane.");
        account.TimeZone = request.TimeZone;
        if (errors.Any)
        {
            return errors.ToProblem();
        }

        account.ConcurrencyStamp = Guid.CreateVersion7().ToString();
        await db.SaveChangesAsync(ct);
        return TypedResults.Ok(await DescribeAsync(account, db, ct));
    }

    private static async Task<Response> DescribeAsync(Account account, MembershipDb db, CancellationToken ct)
    {
        var consortium = await db.Consortia.Where(c => c.Id == account.ConsortiumId)
            .Select(c => new OwnConsortium(c.Id, c.Code, c.Name, c.TimeZone)).SingleOrDefaultAsync(ct);
        var firm = await db.Members.Where(m => m.Id == account.MemberId)
            .Select(m => new OwnFirm(m.Id, m.Code, m.Name)).SingleOrDefaultAsync(ct);
        var people = await Person.FindAsync(db, [account.InvitedBy, account.NewPasswordBy], ct);
        return new(
            account.Id, account.Email!, account.Name, account.Role, account.WorksInSales, account.Language, account.TimeZone, consortium, firm,
            people.GetValueOrDefault(account.InvitedBy ?? Guid.Empty), people.GetValueOrDefault(account.NewPasswordBy ?? Guid.Empty),
            account.NewPasswordAt);
    }
}
