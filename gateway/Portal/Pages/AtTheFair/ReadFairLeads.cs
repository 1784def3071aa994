using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.AtTheFair;

/// <summary>What was captured at a fair and what became of it: the clean team sees all, a firm what its people captured.</summary>
internal static class ReadFairLeads
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGroup(FairPlace.Root).For(Role.ConsortiumManager, Role.Auditor, Role.MemberUser).MapGet("/leads", ShowAsync);
        pages.MapGroup(FairPlace.Root).For(Role.MemberUser, Role.ConsortiumManager).MapPost("/leads/{lead:guid}/erasure", EraseAsync);
    }

    private static async Task<IResult> ShowAsync(
        Guid id, Guid? before, bool? done, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var leads = api.GetAsync<GetFairLeadsResponse>(FairPlace.At(id, $"leads?limit=100{(before is null ? "" : $"&before={before}")}"), ct);
        var (edition, firms) = FairPlace.Ask(id, api, visit, ct);
        return (await edition).Value is not { } found || (await leads).Value is not { } page
            ? Reply.Error(http, (await edition).Ok ? (await leads).Status : (await edition).Status)
            : Reply.Page<FairLeadsPage>(new { Edition = found, Found = page, Names = await FairPlace.NamesAsync(firms), Done = done ?? false });
    }

    private static async Task<IResult> EraseAsync(Guid id, Guid lead, HttpContext http, ApiClient api, CancellationToken ct)
    {
        var answer = await api.DeleteAsync(FairPlace.At(id, $"leads/{lead}/person"), ct);
        return answer.Ok ? Reply.SeeOther($"/fairs/{id}/leads?done=true") : Reply.Error(http, answer.Status);
    }
}
