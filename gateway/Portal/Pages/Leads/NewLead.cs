using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Parts;

namespace ExportConsortia.Portal.Pages.Leads;

/// <summary>The manager notes who asked, for example at a stand; or a firm notes a find of its own, which goes to the consortium's pool.</summary>
internal static class NewLead
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var capture = pages.MapGroup("/leads/new").For(Role.ConsortiumManager, Role.MemberUser);
        capture.MapGet("", (bool? done, HttpContext http, ApiClient api, CancellationToken ct) => ShowAsync(done ?? false, null, http, api, ct));
        capture.MapPost("", CaptureAsync);
    }

    private static async Task<IResult> ShowAsync(bool done, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var (products, leads) = (
            api.GetAsync<List<ListProductsResponse>>("/api/membership/products", ct),
            api.GetAsync<GetLeadsResponse>("/api/marketing/leads?limit=1", ct));
        return (await leads).Value is not { } list || (await products).Value is not { } known
            ? Reply.Error(http, new[] { (await leads).Status, (await products).Status }.Max())
            : Reply.Page<NewLeadPage>(
                new { Products = known, list.Currency, Done = done, Form = form },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> CaptureAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("lead", await http.Request.ReadFormAsync(ct));
        form.Needed("buyerName", words["buyers.name.needed"]);
        var worth = form["value"].Length == 0 || visit.IsMember ? 0 : LeadValue.Read(form, "value", form["currency"], words);
        if (form["person"].Length == 0 && form["email"].Length + form["phone"].Length > 0)
        {
            form.Wrong("person", words["leads.new.person.needed"]);
        }

        if (form["agreed"] == "true" && form["textVersion"].Length == 0)
        {
            form.Wrong("textVersion", words["leads.new.text.needed"]);
        }

        if (!form.Ok)
        {
            return await ShowAsync(false, form, http, api, ct);
        }

        var answer = await api.PostAsync<CaptureLeadResponse>(
            "/api/marketing/leads",
            new
            {
                buyerName = form["buyerName"], site = Text(form["site"]), country = Text(form["country"].ToUpperInvariant()),
                contact = form["person"].Length == 0 ? null : new
                {
                    name = form["person"], email = Text(form["email"]), phone = Text(form["phone"]),
                    consent = form["agreed"] == "true" ? new { purpose = "Inquiry", textVersion = form["textVersion"] } : null,
                },
                source = visit.IsMember ? null : Text(form["source"]),
                productCodes = form.All("product"), message = Text(form["message"]), valueMinor = worth ?? 0,
            },
            ct, form["key"]);

        // A firm's find is the pool's: the firm reads no more of it until the lead is assigned.
        var next = visit.IsMember ? "/leads/new?done=true" : $"/leads/{answer.Value?.Id}?done=true";
        return await Reply.AfterAsync(http, answer, next, problem => ShowAsync(
            false,
            form.Refused(
                problem, words, "", ("contact.name", "person"), ("contact.email", "email"), ("contact.phone", "phone"), ("valueMinor", "value"),
                ("contact.consent.textVersion", "textVersion"), ("productCodes", "product")),
            http, api, ct));
    }

    private static string? Text(string typed) => typed.Length == 0 ? null : typed;
}

/// <summary>What a lead or a sale is worth, in the consortium's base currency.</summary>
internal static class LeadValue
{
    /// <summary>An amount as people read it; where the currency isn't known yet, in its smallest unit.</summary>
    public static string Of(long minor, string? currency, Words words) =>
        currency is { Length: 3 } ? Money.Of(minor, currency) : words["why.minor", words.Number(minor)];

    /// <summary>What somebody typed, in minor units; more than nothing.</summary>
    public static long? Read(FormState form, string field, string currency, Words words)
    {
        var minor = currency.Length == 3 ? Money.Read(form[field], currency) : form.Whole(field, words["leads.value.needed"]);
        if (minor is not > 0 && form.ErrorOf(field) is null)
        {
            form.Wrong(field, words["leads.value.needed"]);
        }

        return minor;
    }
}
