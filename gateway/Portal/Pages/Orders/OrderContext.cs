using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>An order with all that its page needs to show it: names instead of ids, and the form that was just sent, if any.</summary>
public sealed class OrderContext
{
    internal OrderContext(
        OrderView order, IEnumerable<ListMembersResponse>? firms, IEnumerable<ListAccountsResponse>? people, IReadOnlyList<RunView>? runs = null,
        IReadOnlyList<Product>? products = null, FormState? form = null)
    {
        (Order, Runs, Products, Form) = (order, runs ?? [], products ?? [], form);
        Firms = (firms ?? []).ToDictionary(firm => firm.Id);
        People = (people ?? []).ToDictionary(person => person.Id, person => person.Name);
        Needs = new OrderNeeds(order);
    }

    /// <summary>The order.</summary>
    public OrderView Order { get; }

    /// <summary>What is to be done.</summary>
    public OrderNeeds Needs { get; }

    /// <summary>The runs over it.</summary>
    public IReadOnlyList<RunView> Runs { get; }

    /// <summary>Products that a line can be matched to.</summary>
    public IReadOnlyList<Product> Products { get; }

    /// <summary>The member firms.</summary>
    public IReadOnlyDictionary<Guid, ListMembersResponse> Firms { get; }

    /// <summary>The form that was sent and refused.</summary>
    public FormState? Form { get; }

    /// <summary>Address of the order's page.</summary>
    public string Address => $"/orders/{Order.OrderId}";

    private Dictionary<Guid, string> People { get; }

    /// <summary>Firms that may be asked for something.</summary>
    public IEnumerable<ListMembersResponse> ActiveFirms =>
        Firms.Values.Where(firm => firm.Standing == "Active").OrderBy(firm => firm.Name, StringComparer.CurrentCulture);

    /// <summary>Name of a firm.</summary>
    public string Firm(Guid id) => Firms.TryGetValue(id, out var firm) ? firm.Name : "?";

    /// <summary>Short code of a firm, by which the arithmetic names it.</summary>
    public string Code(Guid id) => Firms.TryGetValue(id, out var firm) ? firm.Code : "?";

    /// <summary>Active firms without those that the last round passed over because they don't make the product of any of these lines.</summary>
    public IEnumerable<ListMembersResponse> FirmsFor(IReadOnlyList<LineView> lines)
    {
        var plans = Runs.MaxBy(run => run.Round)?.Plan.Lines.Where(plan => lines.Any(line => line.LineId == plan.LineId)).ToList() ?? [];
        return ActiveFirms.Where(firm => plans.Count == 0
            || plans.Exists(plan => !plan.PassedOver.Any(passed => passed.MemberId == firm.Id && passed.Code == "NOT_CAPABLE")));
    }

    /// <summary>Name of a person.</summary>
    public string Person(Guid id) => People.GetValueOrDefault(id, "?");

    /// <summary>A form of the page: the one that was sent, or an empty one.</summary>
    public FormState FormOf(string name) => Form?.Id("") == name ? Form : new FormState(name);

    /// <summary>Where a line stands in the order, counted from 1. Addresses name lines so: a buyer's id of a line may hold any character.</summary>
    public int NumberOf(LineView line) => Order.Lines.ToList().IndexOf(line) + 1;
}
