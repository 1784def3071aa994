using System.Collections.Concurrent;

namespace ExportConsortia.Membership.Tests;

/// <summary>A consortium with its manager.</summary>
public sealed record Founded(Installation Installation, Guid Id, string Code, User Manager)
{
    public async Task<Firm> Admit(string? code = null, bool probation = false)
    {
        code ??= Installation.Name("F");
        var member = await Manager.Post("members", new { code, name = $"Firm {code}", country = "LA", probation });
        return new Firm(this, member.Expect(HttpStatusCode.Created)["id"]!.GetValue<Guid>(), code);
    }

    /// <summary>The manager lists a product of this family; without a code, one of a code that nobody asks for.</summary>
    public async Task List(string family, string? code = null, string unit = "C62")
    {
        code ??= Installation.Name("P");
        (await Manager.Post("products", new { code, name = $"Product {code}", family, unit })).Expect(HttpStatusCode.Created);
    }

    private readonly ConcurrentDictionary<Guid, User> _firstOfFirm = new();

    /// <summary>
    /// Opens an account as people do: further managers and auditors are the second operator's, and so other people than the manager; a firm's first
    /// person is invited by the manager and confirmed by the second operator, further ones are the firm's own.
    /// </summary>
    public async Task<User> Open(string role, Guid? memberId = null, bool sales = false)
    {
        var email = $"{Installation.Name("person")}@{Code}.example";
        var colleague = memberId is { } firm ? _firstOfFirm.GetValueOrDefault(firm) : null;
        _ = role == "MemberUser"
            ? await Invited.OpenAsync(
                Installation.Anybody.Ask, (colleague ?? Manager).Ask, new { email, role, memberId, sales }, Installation.Password, null,
                colleague is null ? new Invited.Ask((await Installation.SecondOperator()).Ask) : null, memberId)
            : await Invited.OpenAsync(
                Installation.Anybody.Ask, (await Installation.SecondOperator()).Ask, new { email, role, sales, consortiumId = Id },
                Installation.Password, null, role == "ConsortiumManager" ? new Invited.Ask(Manager.Ask) : null);
        var user = await Installation.SignIn(email);
        if (memberId is { } id)
        {
            _firstOfFirm.TryAdd(id, user);
        }

        return user;
    }

    /// <summary>Somebody locks an account, with a reason.</summary>
    public static Task<Answer> Lock(User by, Guid account) => by.Post($"accounts/{account}/lock", new { reason = "Left." });

    /// <summary>Somebody unlocks it, with a reason.</summary>
    public static Task<Answer> Unlock(User by, Guid account) => by.Post($"accounts/{account}/unlock", new { reason = "Is back." });

    /// <summary>Two operators, who are two people, lock a manager or an auditor.</summary>
    public async Task LockByTwo(Guid account)
    {
        (await Lock(Installation.Operator, account)).Expect(HttpStatusCode.OK);
        Assert.True((await Lock(await Installation.SecondOperator(), account)).Expect(HttpStatusCode.OK)["locked"]!.GetValue<bool>());
    }
}

/// <summary>A member firm.</summary>
public sealed record Firm(Founded Consortium, Guid Id, string Code)
{
    public Task<User> OpenUser(bool sales = false) => Consortium.Open("MemberUser", Id, sales);

    /// <summary>The manager changes its standing, with a reason.</summary>
    public Task<Answer> Move(string move) => Consortium.Manager.Post($"members/{Id}/{move}", new { reason = "It is so." });

    /// <summary>The firm leaves: the manager proposes it, and the firm itself, or the auditor, agrees.</summary>
    public async Task Leave(User agreeing)
    {
        (await Move("departure")).Expect(HttpStatusCode.OK);
        (await agreeing.Post($"members/{Id}/departure/approval")).Expect(HttpStatusCode.OK);
    }
}
