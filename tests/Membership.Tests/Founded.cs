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

    public async Task<User> Open(string role, Guid? memberId = null, bool sales = false)
    {
        var email = $"{Installation.Name("person")}@{Code}.example";
        (await Manager.Post("accounts", new { email, password = Installation.Password, role, memberId, sales })).Expect(HttpStatusCode.Created);
        return await Installation.SignIn(email);
    }
}

/// <summary>A member firm.</summary>
public sealed record Firm(Founded Consortium, Guid Id, string Code)
{
    public Task<User> OpenUser(bool sales = false) => Consortium.Open("MemberUser", Id, sales);
}
