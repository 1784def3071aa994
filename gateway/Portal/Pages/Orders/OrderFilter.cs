namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>Which orders the list shows.</summary>
/// <param name="Stage">Orders at a stage, or all.</param>
/// <param name="Search">A part of their number or of the buyer's name.</param>
public sealed record OrderFilter(string? Stage, string? Search)
{
    private const int PageSize = 20;

    private static readonly (string Stage, string[] States)[] All =
    [
        ("new", ["Received", "Screening"]), ("work", ["Accepted", "Allocating"]), ("short", ["Short"]), ("done", ["Allocated"]),
        ("closed", ["Blocked", "Cancelled"]),
    ];

    /// <summary>The stages that one can choose; each is one state or several.</summary>
    public static IEnumerable<string> Stages => All.Select(stage => stage.Stage);

    /// <summary>True if all orders are shown.</summary>
    public bool IsEmpty => Stage is null && Search is null;

    /// <summary>What somebody asked for; what there isn't is left out.</summary>
    internal static OrderFilter Of(string? stage, string? search) =>
        new(Stages.FirstOrDefault(known => known == stage), string.IsNullOrWhiteSpace(search) ? null : search.Trim());

    /// <summary>The same search at another stage.</summary>
    public string With(string? stage) => (this with { Stage = stage }).Address();

    /// <summary>The next page.</summary>
    public string Before(Guid order) => Address($"before={order}");

    /// <summary>The question for the interface.</summary>
    internal string Query(Guid? before)
    {
        var states = string.Join(',', All.Where(stage => stage.Stage == Stage).SelectMany(stage => stage.States));
        return $"/api/allocation/orders?limit={PageSize}{(states.Length == 0 ? "" : $"&states={states}")}"
            + (Search is null ? "" : $"&search={Uri.EscapeDataString(Search)}") + (before is null ? "" : $"&before={before}");
    }

    private string Address(string? more = null)
    {
        string?[] parts = [Stage is null ? null : $"stage={Stage}", Search is null ? null : $"search={Uri.EscapeDataString(Search)}", more];
        var query = string.Join('&', parts.OfType<string>());
        return query.Length == 0 ? "/orders" : $"/orders?{query}";
    }
}
