using ExportConsortia.Portal.Api;
using ExportConsortia.Portal.Pages.Catalogue;
using ExportConsortia.Portal.Parts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Portal.Pages.Quotations;

/// <summary>
/// The manager's quotations: firms asked for sealed prices, the buyer's price composed and issued, the link sent. An auditor
/// reads.
/// </summary>
internal static class KeepQuotations
{
    private const string List = "/api/marketing/quotations";
    private const string Home = "/api/marketing/home-market";

    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/quotations").For(Role.ConsortiumManager, Role.Auditor);
        read.MapGet("", (string? state, Guid? before, HttpContext http, ApiClient api, CancellationToken ct) =>
            ListAsync(state, before, null, http, api, ct));
        read.MapGet("/{id:guid}", (Guid id, string? done, HttpContext http, ApiClient api, CancellationToken ct) =>
            ShowAsync(id, http, api, ct, done));
        read.MapPost("/home-market/approval", ApproveHomeAsync);
        read.MapPost("/home-market/refusal", RefuseHomeAsync);
        read.MapPost("/{id:guid}/price-rounds/{round:guid}/approval", ApproveAsync);
        read.MapPost("/{id:guid}/price-rounds/{round:guid}/refusal", RefuseAsync);

        var keep = pages.MapGroup("/quotations").For(Role.ConsortiumManager);
        keep.MapPost("/home-market", StateHomeAsync);
        keep.MapPost("/{id:guid}/terms", ChangeAsync);
        keep.MapPost("/{id:guid}/price-rounds", AskAsync);
        keep.MapPost("/{id:guid}/versions", IssueAsync);
        keep.MapPost("/{id:guid}/links", LinkAsync);
        keep.MapPost("/{id:guid}/withdrawal", WithdrawAsync);
    }

    private static async Task<IResult> ListAsync(
        string? state, Guid? before, FormState? form, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var query = $"{(state is null ? "" : $"&state={Uri.EscapeDataString(state)}")}{(before is null ? "" : $"&before={before}")}";
        var (list, home) = (api.GetAsync<QuotationPage>($"{List}?limit=50{query}", ct), api.GetAsync<StateHomeMarketResponse>(Home, ct));
        return (await list).Value is not { } page
            ? Reply.Error(http, (await list).Status)
            : Reply.Page<QuotationsPage>(
                new
                {
                    List = page, State = state, Market = (await home).Value ?? new([], 0), HomeTag = (await home).Tag, Form = form,
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext http, ApiClient api, CancellationToken ct, string? done = null, FormState? form = null, LinkResponse? link = null,
        Composition? preview = null)
    {
        var answer = await api.GetAsync<QuotationView>(At(id), ct);
        var address = link is null
            ? null
            : PublicPlace.OriginOf(http, http.RequestServices.GetRequiredService<IConfiguration>()) + link.Page;
        return answer.Value is { } quotation
            ? Reply.Page<OneQuotationPage>(
                new { Quotation = quotation, answer.Tag, Done = done, Form = form, Link = address, Preview = preview },
                form is { Ok: false } ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK)
            : Reply.Error(http, answer.Status);
    }

    private static async Task<IResult> StateHomeAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("home", await http.Request.ReadFormAsync(ct));
        var countries = form["countries"].Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var answer = await api.PutAsync<StateHomeMarketResponse>(Home, new { countries, reason = Some(form["reason"]) }, ct, form["tag"]);
        return await Reply.AfterAsync(
            http, answer, "/quotations", problem => ListAsync(null, null, form.Refused(problem, words, "countries"), http, api, ct));
    }

    private static async Task<IResult> ApproveHomeAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("leave", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<StateHomeMarketResponse>($"{Home}/approval", new { }, ct, tag: form["tag"]);
        return await Reply.AfterAsync(http, answer, "/quotations", problem =>
            ListAsync(null, null, form.Refused(problem, words, "reason"), http, api, ct));
    }

    private static async Task<IResult> RefuseHomeAsync(HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("leave", await http.Request.ReadFormAsync(ct));
        var reason = form.Needed("reason", words["quotations.reason.needed"]);
        if (!form.Ok)
        {
            return await ListAsync(null, null, form, http, api, ct);
        }

        var answer = await api.PostAsync<StateHomeMarketResponse>($"{Home}/refusal", new { reason }, ct);
        return await Reply.AfterAsync(http, answer, "/quotations", problem =>
            ListAsync(null, null, form.Refused(problem, words, "reason"), http, api, ct));
    }

    private static async Task<IResult> ChangeAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("terms", await http.Request.ReadFormAsync(ct));
        if ((await api.GetAsync<QuotationView>(At(id), ct)).Value is not { } now)
        {
            return Reply.Error(http, StatusCodes.Status404NotFound);
        }

        var lines = now.Lines
            .Select(line => new { line.Product, quantity = form.Whole($"quantity{line.LineId}", words["offer.quantity.number"]) }).ToList();
        if (!form.Ok)
        {
            return await ShowAsync(id, http, api, ct, form: form);
        }

        var terms = new { lines, incoterm = Some(form["incoterm"]), namedPlace = Some(form["place"]), now.DeliverFrom, now.DeliverUntil };
        var answer = await api.PutAsync<QuotationView>($"{At(id)}/terms", terms, ct, form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/quotations/{id}?done=changed", problem =>
            ShowAsync(id, http, api, ct, form: form.Refused(problem, words)));
    }

    private static async Task<IResult> AskAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("ask", await http.Request.ReadFormAsync(ct));
        var days = form.Whole("days", words["offer.quantity.number"]);
        if (days is null or > 60)
        {
            return await ShowAsync(id, http, api, ct, form: days is null ? form : form.Wrong("days", words["quotations.days.most", 60]));
        }

        var asked = new { closesAt = visit.Now.AddDays(days.Value), reason = Some(form["reason"]) };
        var answer = await api.PostAsync<QuotationView>($"{At(id)}/price-rounds", asked, ct, form["key"]);
        var done = answer.Value?.Proposal is null ? "asked" : "proposed";
        return await Reply.AfterAsync(http, answer, $"/quotations/{id}?done={done}", problem =>
            ShowAsync(id, http, api, ct, form: form.Refused(problem, words, "days")));
    }

    private static async Task<IResult> ApproveAsync(Guid id, Guid round, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("again", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<QuotationView>($"{At(id)}/price-rounds/{round}/approval", new { }, ct, form["key"], tag: form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/quotations/{id}?done=asked", problem =>
            ShowAsync(id, http, api, ct, form: form.Refused(problem, words, "reason")));
    }

    private static async Task<IResult> RefuseAsync(Guid id, Guid round, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("again", await http.Request.ReadFormAsync(ct));
        var reason = form.Needed("reason", words["quotations.reason.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(id, http, api, ct, form: form);
        }

        var answer = await api.PostAsync<QuotationView>($"{At(id)}/price-rounds/{round}/refusal", new { reason }, ct);
        return await Reply.AfterAsync(http, answer, $"/quotations/{id}?done=refused", problem =>
            ShowAsync(id, http, api, ct, form: form.Refused(problem, words, "reason")));
    }

    private static async Task<IResult> IssueAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("issue", await http.Request.ReadFormAsync(ct));
        var firms = form.Whole("firms", words["offer.quantity.number"]);
        var days = form.Whole("valid", words["offer.quantity.number"]);
        var (margin, commission) = (Percent("margin"), Percent("commission"));
        if (days > 366)
        {
            form.Wrong("valid", words["quotations.days.most", 366]);
        }

        if (!form.Ok)
        {
            return await ShowAsync(id, http, api, ct, form: form);
        }

        // The average of one price is that price.
        var rule = firms == 1 ? "Cheapest" : "AverageOfCheapest";
        if (form["act"] == "preview")
        {
            var seen = await api.GetAsync<Composition>(
                $"{At(id)}/composition?rule={rule}&firms={firms}&marginBp={margin}&commissionBp={commission}", ct);
            return await ShowAsync(id, http, api, ct, form: seen.Ok ? form : form.Refused(seen.Problem, words, "firms"), preview: seen.Value);
        }

        var body = new
        {
            validUntil = visit.Now.AddDays(days!.Value), rule, firms, marginBp = margin, commissionBp = commission, terms = Some(form["words"]),
        };
        var answer = await api.PostAsync<IssueVersionResponse>($"{At(id)}/versions", body, ct, form["key"], tag: form["tag"]);
        return answer.Ok
            ? await ShowAsync(id, http, api, ct, done: "issued", link: answer.Value!.Link)
            : await Reply.AfterAsync(http, answer, "", problem => ShowAsync(id, http, api, ct, form: form.Refused(problem, words, "firms")));

        // Two decimals, like an amount in euros: 5.25 % are 525 basis points.
        long? Percent(string field)
        {
            var basisPoints = form[field].Length == 0 ? 0 : Money.Read(form[field], "EUR");
            if (basisPoints is null)
            {
                form.Wrong(field, words["quotations.percent.number", Money.Written(525, "EUR")]);
            }

            return basisPoints;
        }
    }

    private static async Task<IResult> LinkAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("link", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<LinkResponse>($"{At(id)}/links", new { }, ct, form["key"]);
        return answer.Ok
            ? await ShowAsync(id, http, api, ct, link: answer.Value)
            : await Reply.AfterAsync(http, answer, "", problem => ShowAsync(id, http, api, ct, form: form.Refused(problem, words)));
    }

    private static async Task<IResult> WithdrawAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var form = new FormState("withdraw", await http.Request.ReadFormAsync(ct));
        var reason = form.Needed("reason", words["quotations.reason.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(id, http, api, ct, form: form);
        }

        var answer = await api.PostAsync<QuotationView>($"{At(id)}/withdrawal", new { reason }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/quotations/{id}?done=withdrawn", problem =>
            ShowAsync(id, http, api, ct, form: form.Refused(problem, words, "reason")));
    }

    private static string? Some(string text) => text.Length == 0 ? null : text;

    private static string At(Guid id) => $"{List}/{id}";
}
