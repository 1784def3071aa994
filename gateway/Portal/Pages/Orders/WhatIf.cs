using System.Globalization;
using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>A manager compares what a run would do now with what it would do otherwise. Nothing of it happens, so the page can be reloaded.</summary>
internal static class WhatIf
{
    /// <summary>How many alternatives stand beside each other.</summary>
    public const int Most = 3;

    /// <summary>The policies to choose from; what <c>Manual</c> would do only the manager knows.</summary>
    public static readonly string[] Policies =
        ["CapacityProRata", "QuotaCatchUp", "Rotation", "EqualShare", "WeightedScore", "SealedPrice", "Balanced"];

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(25);

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/orders/{id:guid}/what-if", ShowAsync).For(Role.ConsortiumManager);

    private static async Task<IResult> ShowAsync(Guid id, HttpContext http, ApiClient api, Words words, CancellationToken ct)
    {
        var found = api.GetAsync<OrderView>(Act.OrderPath(id), ct);
        var members = api.GetAsync<List<ListMembersResponse>>("/api/membership/members", ct);
        if ((await found).Value is not { } order || (await members).Value is not { } firms)
        {
            return Reply.Error(http, (await found).Ok ? StatusCodes.Status503ServiceUnavailable : (await found).Status);
        }

        var asked = http.Request.Query.Count > 0;
        var form = new FormState("whatif", asked ? new FormCollection(http.Request.Query.ToDictionary()) : null);
        var context = new OrderContext(order, firms, null);
        var alternatives = Enumerable.Range(1, Most).Select(number => Alternative(number, form, context, words)).OfType<object>().ToList();
        if (asked && form.Ok && alternatives.Count == 0)
        {
            form.Wrong("policy1", words["whatif.needed"]);
        }

        SimulateOrderResponse? outcome = null;
        if (asked && form.Ok)
        {
            var answer = await api.PostAsync<SimulateOrderResponse>(Act.OrderPath(id, "simulations"), new { alternatives }, ct, within: Long);
            outcome = answer.Value;
            if (answer.Status is StatusCodes.Status404NotFound or >= StatusCodes.Status500InternalServerError)
            {
                return Reply.Error(http, answer.Status);
            }

            if (outcome is null)
            {
                form.Refused(answer.Problem, words, "policy1");
            }
        }

        return Reply.Page<WhatIfPage>(
            new { In = context, Form = form, Outcome = outcome }, form.Ok ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    // Its conditions as they were chosen, under a name made of them; null if none was.
    private static object? Alternative(int number, FormState form, OrderContext context, Words words)
    {
        var policy = Array.Find(Policies, known => known == form[$"policy{number}"]);
        var without = form.All($"without{number}").Select(firm => Guid.TryParse(firm, out var id) ? id : default)
            .Where(context.Firms.ContainsKey).ToList();
        DateOnly? last = null;
        if (form[$"last{number}"].Length > 0)
        {
            last = DateOnly.TryParseExact(
                form[$"last{number}"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
            if (last is null)
            {
                form.Wrong($"last{number}", words["whatif.last.date"]);
            }
        }

        (Guid Firm, long Percent)? left = null;
        if (Guid.TryParse(form[$"firm{number}"], out var lost) && context.Firms.ContainsKey(lost))
        {
            left = form.Whole($"percent{number}", words["whatif.percent.number"], least: 0) is { } percent ? (lost, percent) : null;
        }

        string?[] parts =
        [
            policy is null ? null : words["policy." + policy],
            last is { } until ? words["whatif.name.last", until.ToString("d MMM", CultureInfo.CurrentCulture)] : null,
            without.Count == 0 ? null : words["whatif.name.without", string.Join(", ", without.Select(context.Firm))],
            left is { } some ? words["whatif.name.left", context.Firm(some.Firm), some.Percent] : null,
        ];
        var name = $"{number}. {string.Join(", ", parts.OfType<string>())}";
        return Array.TrueForAll(parts, part => part is null) ? null : new
        {
            name = name.Length > 100 ? name[..100] : name,
            policy,
            deliveryBefore = last?.AddDays(1),
            withoutMembers = without,
            capacity = left is { } machine
                ? context.Order.Lines.Select(line => line.ProductFamily).OfType<string>().Distinct()
                    .Select(family => new { memberId = machine.Firm, productFamily = family, percent = machine.Percent }).ToArray()
                : null,
        };
    }
}
