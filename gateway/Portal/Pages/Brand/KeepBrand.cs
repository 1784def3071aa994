using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Brand;

/// <summary>The collective brand: its regulations, and who may use it. The manager keeps them; a firm reads its own licences.</summary>
internal static class KeepBrand
{
    private const string Licences = "/api/marketing/brand/licences";
    private const string Regulations = "/api/marketing/brand/regulations";

    private static readonly string[] Steps = ["warnings", "suspension", "withdrawal", "restoration"];

    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/brand").For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser);
        read.MapGet("", (bool? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            ShowAsync(done ?? false, null, http, api, visit, ct));
        read.MapGet("/{id:guid}", (Guid id, bool? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
            LicenceAsync(id, done ?? false, null, http, api, visit, ct));

        var decide = pages.MapGroup("/brand").For(Role.ConsortiumManager, Role.Auditor);
        decide.MapPost("/{id:guid}/approval", ApproveAsync);
        decide.MapPost("/{id:guid}/refusal", RefuseAsync);

        var keep = pages.MapGroup("/brand").For(Role.ConsortiumManager);
        keep.MapPost("/regulations", PublishAsync);
        keep.MapPost("/licences", GrantAsync);
        keep.MapPost("/{id:guid}/{step}", ImposeAsync);
    }

    private static async Task<IResult> ShowAsync(bool done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (licences, regulations, members, products) = (
            api.GetAsync<List<LicenceView>>(Licences, ct), api.GetAsync<List<KeepRegulationsResponse>>(Regulations, ct),
            visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null,
            visit.IsManager ? api.GetAsync<List<ListProductsResponse>>("/api/membership/products", ct) : null);
        return (await licences).Value is not { } list
            ? Reply.Error(http, (await licences).Status)
            : Reply.Page<BrandPage>(
                new
                {
                    Licences = list, Regulations = (await regulations).Value ?? [], Done = done, Form = form,
                    Firms = (members is null ? null : (await members).Value) ?? [],
                    Products = (products is null ? null : (await products).Value) ?? [],
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> LicenceAsync(
        Guid id, bool done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (found, members) = (
            api.GetAsync<LicenceView>($"{Licences}/{id}", ct),
            visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null);
        return (await found).Value is not { } licence
            ? Reply.Error(http, (await found).Status)
            : Reply.Page<LicencePage>(
                new
                {
                    Licence = licence, (await found).Tag, Done = done, Form = form,
                    Firm = (members is null ? null : (await members).Value)?.Find(firm => firm.Id == licence.MemberId)?.Name,
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> PublishAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("regulations", await http.Request.ReadFormAsync(ct));
        form.Needed("text", words["brand.text.needed"]);
        form.Needed("effectiveOn", words["brand.day.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(false, form, http, api, visit, ct);
        }

        var answer = await api.PostAsync<KeepRegulationsResponse>(
            Regulations, new { text = form.Raw("text"), effectiveOn = form["effectiveOn"] }, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, "/brand?done=true", problem =>
            ShowAsync(false, form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> GrantAsync(HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("licence", await http.Request.ReadFormAsync(ct));
        form.Needed("memberId", words["brand.firm.needed"]);
        form.Needed("from", words["brand.day.needed"]);
        form.Needed("reason", words["brand.reason.needed"]);
        if (!form.Ok)
        {
            return await ShowAsync(false, form, http, api, visit, ct);
        }

        var answer = await api.PostAsync<LicenceView>(
            Licences, new { memberId = form["memberId"], from = form["from"], productCode = Text(form["productCode"]),
                until = Text(form["until"]), reason = form["reason"] }, ct,
            form["key"]);
        return await Reply.AfterAsync(http, answer, $"/brand/{answer.Value?.Id}?done=true", problem =>
            ShowAsync(false, form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> ImposeAsync(
        Guid id, string step, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        if (!Steps.Contains(step))
        {
            return Reply.Error(http, StatusCodes.Status404NotFound);
        }

        var form = new FormState(step, await http.Request.ReadFormAsync(ct));
        form.Needed("reason", words["brand.reason.needed"]);
        if (step != "restoration")
        {
            form.Needed("appealUntil", words["brand.day.needed"]);
        }

        if (!form.Ok)
        {
            return await LicenceAsync(id, false, form, http, api, visit, ct);
        }

        object body = step == "restoration" ? new { reason = form["reason"] }
            : new { reason = form["reason"], appealUntil = form["appealUntil"], until = Text(form["until"]), grave = form["grave"] == "true" };
        var answer = await api.PostAsync<LicenceView>($"{Licences}/{id}/{step}", body, ct, form["key"]);
        return await Reply.AfterAsync(http, answer, $"/brand/{id}?done=true", problem =>
            LicenceAsync(id, false, form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> ApproveAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("second", await http.Request.ReadFormAsync(ct));
        var answer = await api.PostAsync<LicenceView>($"{Licences}/{id}/approval", new { }, ct, tag: form["tag"]);
        return await Reply.AfterAsync(http, answer, $"/brand/{id}?done=true", problem =>
            LicenceAsync(id, false, form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> RefuseAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState("second", await http.Request.ReadFormAsync(ct));
        var reason = form.Needed("reason", words["brand.reason.needed"]);
        if (!form.Ok)
        {
            return await LicenceAsync(id, false, form, http, api, visit, ct);
        }

        var answer = await api.PostAsync<LicenceView>($"{Licences}/{id}/refusal", new { reason }, ct);
        return await Reply.AfterAsync(http, answer, $"/brand/{id}?done=true", problem =>
            LicenceAsync(id, false, form.Refused(problem, words), http, api, visit, ct));
    }

    private static string? Text(string typed) => typed.Length == 0 ? null : typed;
}
