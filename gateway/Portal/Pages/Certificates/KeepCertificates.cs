using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Certificates;

/// <summary>A firm keeps its certificates; the manager confirms those that count in public.</summary>
internal static class KeepCertificates
{
    private const string Certificates = "/api/marketing/certificates";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/certificates").For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor)
            .MapGet("", (string? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) =>
                ListAsync(done, null, http, api, visit, ct));
        var keep = pages.MapGroup("/certificates").For(Role.MemberUser);
        keep.MapPost("", (HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) =>
            SaveAsync(null, http, api, visit, words, ct));
        keep.MapPost("/{id:guid}", (Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct) =>
            SaveAsync(id, http, api, visit, words, ct));
        keep.MapPost("/{id:guid}/removal", RemoveAsync);
        pages.MapGroup("/certificates/{id:guid}/confirmation").For(Role.ConsortiumManager).MapPost("", ConfirmAsync);
    }

    /// <summary>Id of the form of a certificate.</summary>
    public static string FormOf(Guid? id) => id is null ? "certificate" : $"certificate-{id:N}";

    private static async Task<IResult> ListAsync(
        string? done, FormState? form, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (list, members) = (
            api.GetAsync<List<CertificateView>>(Certificates, ct),
            visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null);
        return (await list).Value is not { } certificates
            ? Reply.Error(http, (await list).Status)
            : Reply.Page<CertificatesPage>(
                new
                {
                    Certificates = certificates,
                    Firms = (members is null ? null : (await members).Value)?.ToDictionary(firm => firm.Id, firm => firm.Name) ?? [],
                    Done = done,
                    Form = form,
                },
                form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> SaveAsync(Guid? id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState(FormOf(id), await http.Request.ReadFormAsync(ct));
        var terms = new
        {
            kind = form.Needed("kind", words["certificates.needed"]), number = form.Needed("number", words["certificates.needed"]),
            issuer = form.Needed("issuer", words["certificates.needed"]), validFrom = Day(form, "validFrom", words),
            validUntil = Day(form, "validUntil", words),
        };
        if (!form.Ok)
        {
            return await ListAsync(null, form, http, api, visit, ct);
        }

        var answer = id is null
            ? await api.PostAsync<CertificateView>(Certificates, terms, ct, form["key"])
            : await api.PutAsync<CertificateView>($"{Certificates}/{id}", terms, ct, form["tag"]);
        return await Reply.AfterAsync(http, answer, "/certificates?done=saved", problem =>
            ListAsync(null, form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> RemoveAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState(FormOf(id), await http.Request.ReadFormAsync(ct));
        return await Reply.AfterAsync(http, await api.DeleteAsync($"{Certificates}/{id}", ct), "/certificates?done=removed", problem =>
            ListAsync(null, form.Refused(problem, words), http, api, visit, ct));
    }

    private static async Task<IResult> ConfirmAsync(Guid id, HttpContext http, ApiClient api, Visit visit, Words words, CancellationToken ct)
    {
        var form = new FormState(FormOf(id), await http.Request.ReadFormAsync(ct));
        var path = $"{Certificates}/{id}/confirmation";
        Problem? problem;
        if (form["do"] == "unconfirm")
        {
            var reason = form.Needed("reason", words["brand.reason.needed"]);
            if (!form.Ok)
            {
                return await ListAsync(null, form, http, api, visit, ct);
            }

            problem = (await api.PostAsync<CertificateView>($"{path}/withdrawal", new { reason }, ct)).Problem;
        }
        else
        {
            problem = (await api.PostAsync<CertificateView>(path, new { }, ct, tag: form["tag"])).Problem;
        }

        return problem is null
            ? Reply.SeeOther($"/certificates?done={(form["do"] == "unconfirm" ? "unconfirmed" : "confirmed")}")
            : await ListAsync(null, form.Refused(problem, words), http, api, visit, ct);
    }

    private static string Day(FormState form, string field, Words words)
    {
        if (!DateOnly.TryParseExact(form[field], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            form.Wrong(field, words["certificates.day.needed"]);
        }

        return form[field];
    }
}
