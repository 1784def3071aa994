using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Leads;

/// <summary>
/// A firm registers its own customers, whose leads are protected for it, and declares what it sold to buyers directly.
/// </summary>
internal static class OwnCustomers
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/customers").For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor)
            .MapGet("", (string? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
                ShowAsync(done, null, http, api, visit, ct));
        var own = pages.MapGroup("/customers").For(Role.MemberUser);
        own.MapPost("", RegisterAsync);
        own.MapPost("/sales", DeclareAsync);
    }

    private static async Task<IResult> ShowAsync(
        string? done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (customers, sales, leads, members) = (
            api.GetAsync<List<ProtectLeadsCustomerView>>("/api/marketing/prior-customers", ct),
            api.GetAsync<List<DeclareSaleResponse>>("/api/marketing/direct-sales", ct),
            api.GetAsync<GetLeadsResponse>("/api/marketing/leads?limit=1", ct),
            visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null);
        return (await customers).Value is not { } registered || (await sales).Value is not { } declared || (await leads).Value is not { } list
            ? Reply.Error(http, new[] { (await customers).Status, (await sales).Status, (await leads).Status }.Max())
            : Reply.Page<OwnCustomersPage>(
                new
                {
                    Customers = registered, Sales = declared, list.Currency, Done = done, Form = form,
                    Firms = (members is null ? null : (await members).Value)?.ToDictionary(firm => firm.Id, firm => firm.Name) ?? [],
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> RegisterAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("customer", await http.Request.ReadFormAsync(ct));
        form.Needed("name", words["buyers.name.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(null, form, http, api, visit, ct);
        }

        var answer = await api.PostAsync<ProtectLeadsCustomerView>(
            "/api/marketing/prior-customers", new { name = form["name"], site = Text(form["site"]) }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, "/customers?done=registered", problem =>
            ShowAsync(null, form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> DeclareAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("sale", await http.Request.ReadFormAsync(ct));
        form.Needed("buyerName", words["buyers.name.needed"]);
        form.Needed("soldOn", words["customers.sold.needed"]);
        form.Needed("invoiceNumber", words["customers.invoice.needed"]);
        var value = LeadValue.Read(form, "value", form["currency"], words);
        if (!form.Ok)
        {
            return await ShowAsync(null, form, http, api, visit, ct);
        }

        var answer = await api.PostAsync<DeclareSaleResponse>(
            "/api/marketing/direct-sales",
            new
            {
                buyerName = form["buyerName"], soldOn = form["soldOn"], valueMinor = value, invoiceNumber = form["invoiceNumber"],
                site = Text(form["site"]),
            },
            ct, form["key"]);
        return await Reply.AfterAsync(http, answer, "/customers?done=declared", problem =>
            ShowAsync(null, form.Refused(problem, words, "", ("valueMinor", "value")), http, api, visit, ct));
    }

    private static string? Text(string typed) => typed.Length == 0 ? null : typed;
}
