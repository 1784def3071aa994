using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Fairness;

/// <summary>
/// What a firm was due and what it received, with the entries behind it: a member firm sees its own account, the clean team all of a family, and how
/// evenly it was shared without names, for the board.
/// </summary>
internal static class ShowFairness
{
    public static void Map(IEndpointRouteBuilder pages)
    {
        var read = pages.MapGroup("/fairness");
        read.MapGet("", ShowAsync).For(Role.MemberUser, Role.ConsortiumManager, Role.Auditor);
    }

    private static Task<IResult> ShowAsync(
        string? family, int? year, string? firm, Guid? before, HttpContext http, ApiClient api, Visit visit, CancellationToken ct) => visit.IsMember
        ? OwnAsync(Given(family), year, before, http, api, visit, ct)
        : AllAsync(Given(family), year, Guid.TryParse(firm, out var id) ? id : null, before, http, api, visit, ct);

    private static async Task<IResult> OwnAsync(
        string? family, int? year, Guid? before, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (list, book) = (
            api.GetAsync<List<AccountView>>($"/api/allocation/fairness-accounts?{Query(null, year)}", ct),
            api.GetAsync<EntryPage>($"/api/allocation/fairness-accounts/entries?{Query(family, year)}&limit=50{Before(before)}", ct));
        var (accounts, entries) = (await list, await book);
        return accounts.Value is { } own && entries.Value is { } page
            ? Reply.Page<OwnFairnessPage>(new
            {
                Accounts = own.Where(a => family is null || a.ProductFamily == family).ToList(),
                Families = own.Select(a => a.ProductFamily).ToList(),
                Family = family,
                Year = year ?? own.FirstOrDefault()?.Year ?? visit.Local(visit.Now).Year,
                page.Entries,
                page.Before,
            })
            : Reply.Error(http, accounts.Ok ? entries.Status : accounts.Status);
    }

    private static async Task<IResult> AllAsync(
        string? family, int? year, Guid? firm, Guid? before, HttpContext http, ApiClient api, Visit visit, CancellationToken ct)
    {
        var (list, members) = (
            api.GetAsync<List<AccountView>>($"/api/allocation/fairness-accounts?{Query(null, year)}", ct),
            api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct));
        var (accounts, firms) = (await list, await members);
        if (accounts.Value is not { } all || firms.Value is not { } named)
        {
            return Reply.Error(http, accounts.Ok ? firms.Status : accounts.Status);
        }

        List<string> families = [.. all.Select(a => a.ProductFamily).Distinct().Order(StringComparer.Ordinal)];
        var shown = family ?? families.FirstOrDefault();
        var (spread, book) = (
            shown is null ? null : api.GetAsync<SpreadView>($"/api/allocation/fairness-spread?{Query(shown, year)}", ct),
            shown is null || firm is null ? null : api.GetAsync<EntryPage>(
                $"/api/allocation/fairness-accounts/entries?{Query(shown, year)}&memberId={firm}&limit=50{Before(before)}", ct));
        var entries = book is null ? null : (await book).Value;
        return Reply.Page<AllFairnessPage>(new
        {
            Accounts = all.Where(a => a.ProductFamily == shown).OrderByDescending(a => a.Balance).ToList(),
            Firms = named.ToDictionary(f => f.Id, f => f.Name),
            Families = families,
            Family = shown,
            Year = year ?? all.FirstOrDefault()?.Year ?? visit.Local(visit.Now).Year,
            Spread = spread is null ? null : (await spread).Value,
            Firm = firm,
            Entries = entries?.Entries,
            entries?.Before,
        });
    }

    private static string? Given(string? family) => family is { Length: > 0 } ? family : null;

    private static string Query(string? family, int? year) =>
        (year is null ? "" : $"year={year}") + (family is null ? "" : $"&family={Uri.EscapeDataString(family)}");

    private static string Before(Guid? before) => before is null ? "" : $"&before={before}";
}
