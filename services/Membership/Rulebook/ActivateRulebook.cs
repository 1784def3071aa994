using ExportConsortia.Membership.Members;
using ExportConsortia.Membership.Products;

namespace ExportConsortia.Membership.Rulebook;

/// <summary>Activates a new version of the rulebook; runs in progress keep theirs (F-G4).</summary>
internal static class ActivateRulebook
{
    /// <summary>The whole rulebook; it replaces the current one from now on.</summary>
    /// <param name="Allocation">One rule for each product family that has its own, and exactly one for <c>*</c>; at most 1,000.</param>
    public sealed record Request(List<Rule> Allocation);

    private const int Year = 365 * 24 * 3600;
    private const string ByQuota = "QuotaCatchUp";
    private const string BySealedPrice = "SealedPrice";
    private const int WholePpm = 1_000_000;
    private const string Balanced = "Balanced";
    private static readonly string[] Policies =
        ["CapacityProRata", "EqualShare", ByQuota, "Rotation", BySealedPrice, "WeightedScore", "Manual", Balanced];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("rulebook-versions", HandleAsync)
        .WithName(nameof(ActivateRulebook))
        .WithSummary("Activate a new rulebook version")
        .WithDescription("For managers. The version takes effect at once and never acts retroactively (F-G4): allocation runs in progress keep "
            + "the version they began with. A property that a rule leaves out has its default. The policies: CapacityProRata (by free capacity); "
            + "EqualShare; QuotaCatchUp (R-613: the firm furthest behind its quota of the calendar year gets most; needs `quotas`); Rotation "
            + "(R-614: one firm after the other); SealedPrice (R-615: the members submit sealed prices within `sealedOfferSeconds`, then the "
            + "cheapest get the line, shared by `sources`; with `priceMatchRound` the other sources only at the lowest price); WeightedScore "
            + "(R-616: by quality, delivery, price and equity over twelve months); Manual (R-618: a manager sets the parts of each line, a second "
            + "person approves); Balanced (plans all open lines together so that every firm gets as close as possible to what its fairness "
            + "account says it is due; optional `quotas`, otherwise equal shares, and `maxMakers`).")
        .WithExample(new Request([new("*"), new("chairs") { LotSize = 10, MinLot = 50, OfferSeconds = 48 * 3600 },
            new("tables")
            {
                Policy = ByQuota,
                Quotas =
                [
                    new(new("0192a3b4-0000-7000-8000-000000000001"), 600_000),
                    new(new("0192a3b4-0000-7000-8000-000000000002"), 400_000),
                ],
            },
            new("desks") { Policy = BySealedPrice, Sources = 2, SealedOfferSeconds = 48 * 3600, PriceMatchRound = new(CeilingPercent: 92) }]))
        .For(Role.ConsortiumManager);

    private static async Task<Results<Created<ListRulebook.Response>, ProblemHttpResult>> HandleAsync(
        Request request, MembershipDb db, Caller caller, TimeProvider clock, CancellationToken ct)
    {
        var errors = new InputErrors();
        var firms = await db.Members.AsNoTracking().Where(m => m.Standing != Standing.Left).Select(m => m.Id).ToHashSetAsync(ct);
        var units = await db.UnitsByFamilyAsync(caller.ConsortiumId, ct);
        var rules = (request.Allocation ?? []).Take(1001).Select((r, i) => Check(r, $"allocation[{i}].", firms, units, errors)).ToList();
        errors.Unless(rules.Count <= 1000, "allocation", "May have at most 1,000 rules.");
        errors.Unless(
            rules.Exists(r => r.ProductFamily == "*"), "allocation", "Must have a rule for *, which applies to every family without its own.");
        foreach (var (i, family) in rules.Select(r => r.ProductFamily).Index().GroupBy(p => p.Item).SelectMany(g => g.Skip(1)))
        {
            errors.Add($"allocation[{i}].productFamily", $"There are two rules for {family}.");
        }

        if (errors.Any)
        {
            return errors.ToProblem();
        }

        var rulebook = new RulebookVersion
        {
            ConsortiumId = caller.ConsortiumId,
            Version = await db.RulebookVersions.MaxAsync(r => r.Version, ct) + 1,
            Allocation = rules,
            ActivatedAt = clock.GetUtcNow().UtcDateTime,
            ActivatedBy = caller.UserId,
        };
        db.Add(rulebook);
        db.Publish(rulebook.ConsortiumId, rulebook.ToEvent());
        db.Record("RULEBOOK_ACTIVATED", rulebook.ConsortiumId, $"Version {rulebook.Version}");
        await db.SaveChangesAsync(ct);
        return TypedResults.Created($"/api/membership/rulebook-versions/{rulebook.Version}", ListRulebook.Response.Of(rulebook, units));
    }

    private static Rule Check(
        Rule? rule, string path, HashSet<Guid> firms, Dictionary<string, string> unitsByFamily, InputErrors errors)
    {
        rule ??= new("");
        Range(rule.LotSize, "lotSize", 1, 1_000_000_000);
        Range(rule.MinLot, "minLot", 0, 1_000_000_000);
        Range(rule.OfferSeconds, "offerSeconds", 1, Year);
        Range(rule.UrgentOfferSeconds, "urgentOfferSeconds", 1, Year);
        Range(rule.ConcentrationCapPercent, "concentrationCapPercent", 1, 100);
        Range(rule.ConcentrationFromMembers, "concentrationFromMembers", 1, 1000);
        Range(rule.ProbationCapPercent, "probationCapPercent", 1, 100);
        Range(rule.CapacityMaxAgeDays, "capacityMaxAgeDays", 1, 3650);
        Range(rule.StrikeLimit, "strikeLimit", 1, 100);
        Range(rule.StrikeLapseDays, "strikeLapseDays", 1, 3650);
        Range(rule.MaxReallocationRounds, "maxReallocationRounds", 0, 100);
        Range(rule.CarryOverPercent, "carryOverPercent", 0, 1000);
        errors.Unless(Policies.Contains(rule.Policy), path + "policy", $"Must be one of {string.Join(", ", Policies)}.");
        if (rule.MaxMakers is { } makers)
        {
            Range(makers, "maxMakers", 1, 1000);
            errors.Unless(rule.Policy == Balanced, path + "maxMakers", $"Only allowed for {Balanced}.");
        }

        CheckQuotas(rule, path + "quotas", firms, errors);
        errors.Unless(rule.Sources is null || rule.Policy == BySealedPrice, path + "sources", $"Only allowed for {BySealedPrice}.");
        errors.Unless(rule.Sources is null or 2 or 3, path + "sources", "Must be 2, 3 or left out.");
        Range(rule.SealedOfferSeconds, "sealedOfferSeconds", 1, Year);
        if (rule.PriceMatchRound is { } match)
        {
            errors.Unless(
                rule.Policy == BySealedPrice && rule.Sources is not null, path + "priceMatchRound",
                $"Only allowed for {BySealedPrice} with 2 or 3 sources.");
            Range(match.Seconds, "priceMatchRound.seconds", 1, Year);
            Range(match.CeilingPercent ?? 100, "priceMatchRound.ceilingPercent", 1, 100);
        }

        // The unit is the product list's to say: it isn't kept with the rule.
        var family = errors.Text(rule.ProductFamily, path + "productFamily", 100);
        var unit = unitsByFamily.GetValueOrDefault(family);
        errors.Unless(
            rule.Unit is null || rule.Unit == unit, path + "unit",
            unit is null ? "Only for a family of the product list." : $"The family {family} is counted in {unit}.");
        return rule with { ProductFamily = family, Unit = null };

        void Range(long value, string field, long least, long most) =>
            errors.Unless(value >= least && value <= most, path + field, $"Must be {least:N0} to {most:N0}.");
    }

    private static void CheckQuotas(Rule rule, string path, HashSet<Guid> firms, InputErrors errors)
    {
        if (rule.Policy != ByQuota && (rule.Policy != Balanced || rule.Quotas is null))
        {
            errors.Unless(rule.Quotas is null, path, $"Only allowed for {ByQuota} and {Balanced}.");
            return;
        }

        var quotas = rule.Quotas ?? [];
        foreach (var (i, quota) in quotas.Index())
        {
            errors.Unless(quota is { SharePpm: >= 1 and <= WholePpm }, $"{path}[{i}].sharePpm", $"Must be 1 to {WholePpm:N0}.");
            errors.Unless(quota is not null && firms.Contains(quota.MemberId), $"{path}[{i}].memberId", "Unknown member firm.");
            errors.Unless(
                quotas.FindIndex(q => q?.MemberId == quota?.MemberId) == i, $"{path}[{i}].memberId", "This member firm already has a quota.");
        }

        errors.Unless(quotas.Sum(q => (long?)q?.SharePpm) == WholePpm, path, $"The quotas must add up to {WholePpm:N0}.");
    }
}
