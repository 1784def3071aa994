using System.Text.Json.Nodes;
using ExportConsortia.Marketing.Tests.Quotations;
using ExportConsortia.Marketing.Tests.Sheets;

namespace ExportConsortia.Marketing.Tests.Worlds;

/// <summary>What only the rival and the clean team know, all of F2.</summary>
/// <param name="Number">In its prices, amounts, volumes and the numbers of its papers.</param>
/// <param name="Word">In its notes, drafts, contacts and reasons; also the buyer that it knows.</param>
/// <param name="Times">How often it does something, or which of two things it does.</param>
internal sealed record Secret(long Number, string Word, int Times);

/// <summary>A route that a firm may try, with the place of an id in it, if any.</summary>
internal sealed record Route(string Path, string? Id)
{
    /// <summary>True: the id stands in the path, and what is read is one thing.</summary>
    public bool IsOfOne => Id is not null && !Path.Contains('?', StringComparison.Ordinal);

    /// <summary>All that can be read, by the interface document.</summary>
    public static IReadOnlyList<Route> In(JsonNode document) =>
        [.. document["paths"]!.AsObject().Where(p => p.Value!["get"] is not null).SelectMany(p => Of(p.Key, p.Value!["get"]!["parameters"]))];

    private static IEnumerable<Route> Of(string path, JsonNode? parameters)
    {
        var ids = (parameters?.AsArray() ?? []).Where(p => $"{p!["schema"]?["format"]}" == "uuid").ToLookup(p => $"{p!["in"]}", p => $"{p!["name"]}");
        var one = ids["path"].SingleOrDefault();
        yield return new(path, one);
        foreach (var query in one is null ? ids["query"] : [])
        {
            yield return new($"{path}?{query}={{{query}}}", query);
        }
    }
}

/// <summary>A consortium of a few firms, of which F1 reads all that it can, and F2 has a secret.</summary>
internal sealed class World(RunningService service, Sale sale, Secret secret)
{
    private readonly Dictionary<string, Guid> _ids = [];
    private readonly Dictionary<string, string> _names = [];
    private readonly List<string> _tried = [];
    private readonly HashSet<Route> _closed = [];
    private readonly HashSet<(Route, Guid)> _listed = [];
    private readonly HashSet<Guid> _seen = [];
    private readonly List<(Route Route, Guid Id)> _ofOwn = [];

    public RunningService Service => service;

    public Sale Sale => sale;

    public Secret Secret => secret;

    public Person F1 => sale.Firms[0];

    public Person F2 => sale.Firms[1];

    public Person Manager => sale.Manager;

    public Person Auditor => field ??= new(Guid.CreateVersion7(), Role.Auditor, sale.Consortium);

    public Exhibitors Papers => new(service, sale.Consortium, Manager, Auditor, F1, F2, F2);

    public DateOnly Today => DateOnly.FromDateTime(service.Clock.Now().AddHours(7));

    /// <summary>Names of what was made in this world; the other one may have it or not.</summary>
    public IEnumerable<string> Names => _ids.Keys;

    public Guid this[string name] => _ids[name];

    public static async Task<World> Founded(RunningService service, int firms, Secret secret) =>
        new(service, await Sale.Of(service, firms, code: $"W{Guid.CreateVersion7().ToString("N")[^10..]}".ToUpperInvariant()), secret);

    /// <summary>Gives what was made a name, the same in both worlds.</summary>
    public void Call(string name, JsonNode? id) => Call(name, Guid.Parse($"{id}"));

    public void Call(string name, Guid id) => _names[$"{_ids[name] = id}"] = name;

    /// <summary>Somebody makes something.</summary>
    public async Task Make(string name, Person by, string path, object body) =>
        Call(name, (await service.Post(by, path, body)).Expect(HttpStatusCode.Created)["id"]);

    public async Task Do(Person by, string path, object? body = null) => _ = (await service.Post(by, path, body)).Ok;

    /// <summary>F1 tries something; what it is answered is compared too.</summary>
    public async Task Try(Task<Answer> answer) => _tried.Add(Line("F1 tries", await answer));

    /// <summary>A lead comes in at the manager's desk.</summary>
    public Task ComesIn(string lead, string buyer, long valueMinor = 0) => Make(
        lead, Manager, "leads", new { buyerName = buyer, country = "DE", productCodes = new[] { "TK-12" }, valueMinor });

    /// <summary>The firm gets the lead, by hand or by the rules, and makes contact.</summary>
    public async Task Gets(string lead, Person firm, string? reason, string? note = null)
    {
        var got = await service.Post(Manager, $"leads/{this[lead]}/assignment", new { memberId = reason is null ? null : firm.Member, reason });
        Assert.Equal(firm.Member, got.Ok["memberId"]!.GetValue<Guid>());
        await Do(firm, $"leads/{this[lead]}/contact", new { note });
    }

    /// <summary>All that F1 reads now: every list, every entry that its own lists ever named, and what it was answered since.</summary>
    public async Task<IReadOnlyList<string>> Read(IReadOnlyList<Route> routes)
    {
        List<string> lines = [.. _tried];
        _tried.Clear();
        var found = new List<(Route List, Guid Id)>();
        foreach (var route in routes.Where(r => r.Id is null && !_closed.Contains(r)))
        {
            var answer = await service.Get(F1, Filled(route));
            if (answer.Status == HttpStatusCode.Forbidden)
            {
                _closed.Add(route);   // of other roles, whatever there is
            }

            lines.Add(Line(route.Path, answer));
            found.AddRange(WithoutRandom.IdsIn(answer.Text).Select(id => (route, id)).Where(_listed.Add));
        }

        foreach (var (route, id) in _ofOwn)
        {
            lines.Add(Line(route.Path, await service.Get(F1, Filled(route, id))));
        }

        foreach (var (list, id) in found)
        {
            // Once on every route; what becomes F1's later is then in the list of its kind.
            var isNew = _seen.Add(id);
            foreach (var route in routes.Where(r => r.IsOfOne && (isNew || r.Path.StartsWith($"{list.Path}/{{", StringComparison.Ordinal))))
            {
                if (!_ofOwn.Contains((route, id)) && await service.Get(F1, Filled(route, id)) is { Status: HttpStatusCode.OK } answer)
                {
                    _ofOwn.Add((route, id));
                    lines.Add(Line(route.Path, answer));
                }
            }
        }

        return lines;
    }

    /// <summary>What F1 is answered who tries the ids of everything that there is, or that there would be in the other world.</summary>
    public async Task<IReadOnlyList<string>> TryIds(IReadOnlyList<Route> routes, IEnumerable<string> names)
    {
        var lines = new List<string>();
        foreach (var (name, route) in names.SelectMany(name => routes.Where(r => r.Id is not null).Select(route => (name, route))))
        {
            var id = _ids.TryGetValue(name, out var known) ? known : Guid.CreateVersion7();
            lines.Add($"{name}: {Line(route.Path, await service.Get(F1, Filled(route, id)))}");
        }

        return lines;
    }

    /// <summary>What its owner, or the manager, reads in the lists.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Lists(Person by, IReadOnlyList<Route> routes)
    {
        var lists = new Dictionary<string, string>();
        foreach (var route in routes.Where(r => r.Id is null))
        {
            lists[route.Path] = Line("", await service.Get(by, Filled(route)));
        }

        return lists;
    }

    private string Filled(Route route, Guid? id = null)
    {
        var path = id is null ? route.Path : route.Path.Replace($"{{{route.Id}}}", $"{id}", StringComparison.Ordinal);
        foreach (var (name, value) in new[]
        {
            ("consortium", sale.Code), ("productCode", "TK-12"), ("country", "DE"), ("number", "1"), ("item", $"{this["F2's sheet"]}"),
            ("token", "of-nobody"),   // whoever has the buyer's link, or a recipient's, reads what is the buyer's or the recipient's
        })
        {
            path = path.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("{", path, StringComparison.Ordinal);   // a new parameter: say what may stand there
        return path;
    }

    private string Line(string what, Answer answer)
    {
        var text = WithoutRandom.Of($"{what}: {(int)answer.Status} {answer.ETag} {answer.Text}", _names);
        foreach (var sheet in _ids.Where(named => named.Key.EndsWith("sheet", StringComparison.Ordinal)))
        {
            text = text.Replace($"{sheet.Value:N}"[^8..], "…", StringComparison.Ordinal);   // the end of its address in public
        }

        return text.Replace(sale.Code, "CODE", StringComparison.Ordinal);
    }
}
