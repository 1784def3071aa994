using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.AtTheFair;

/// <summary>What the pages about an edition of a fair have in common: which edition it is, and for the clean team the firms' names.</summary>
internal static class FairPlace
{
    public const string Root = "/fairs/{id:guid}";

    public static string At(Guid id, string part) => $"/api/tradefairs/editions/{id}/{part}";

    /// <summary>The edition and the firms, asked for at once.</summary>
    public static (Task<Answer<EditionView>> Edition, Task<Answer<List<ListMembersResponse>>>? Firms) Ask(
        Guid id, ApiClient api, Visit visit, CancellationToken ct) => (
        api.GetAsync<EditionView>($"/api/tradefairs/editions/{id}", ct),
        visit.IsCleanTeam ? api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct) : null);

    /// <summary>The names by id; empty for a firm, which reads of no other.</summary>
    public static async Task<Dictionary<Guid, string>> NamesAsync(Task<Answer<List<ListMembersResponse>>>? firms) =>
        ((firms is null ? null : (await firms).Value) ?? []).ToDictionary(firm => firm.Id, firm => firm.Name);

    public static int Status(FormState? form) => form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity;

    /// <summary>Times as people type them: <c>2027-01-18 09:00-13:00</c>; null if it is none.</summary>
    public static (DateOnly Day, TimeOnly From, TimeOnly Until)? Hours(string day, string times)
    {
        var invariant = CultureInfo.InvariantCulture;
        return times.Split('-') is [var from, var until]
            && DateOnly.TryParseExact(day, "yyyy-MM-dd", invariant, DateTimeStyles.None, out var on)
            && TimeOnly.TryParseExact(from, "HH:mm", invariant, DateTimeStyles.None, out var begins)
            && TimeOnly.TryParseExact(until, "HH:mm", invariant, DateTimeStyles.None, out var ends)
            ? (on, begins, ends) : null;
    }

    /// <summary>The lines of a text.</summary>
    public static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
