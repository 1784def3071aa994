using System.Text.RegularExpressions;
using System.Xml.Linq;
using ExportConsortia.Platform.Tests.Probe;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace ExportConsortia.Platform.Tests;

/// <summary>Rules of the tree: what shared code may know, services that don't know each other, a queue for each consumer.</summary>
public sealed partial class GuardTests
{
    private static readonly string Root = Checkout.Current.Root;

    [Fact]
    public void Platform_knows_no_business_of_a_service()
    {
        // Roster is the exception: the copy of Membership's data that every service keeps.
        string[] business =
        [
            "order", "offer", "allocation", "capacity", "quota", "fairness", "rating", "price", "product", "lot", "catalogue", "fair", "stand", "ubl",
            "screening", "sales", "invoice", "shipment", "buyer", "membership",
        ];
        var words = business.SelectMany(word => (string[])[word, word + "s"]).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.Empty(
            from source in Sources()
            where source.Path.Split('/') is ["Platform", not "Roster", ..]
            from word in Words().Matches(Sorting().Replace(Comments().Replace(source.Text, ""), ""))
            where words.Contains(word.Value)
            select $"{source.Path}: {word.Value}");
    }

    [Fact]
    public void A_migration_is_named_after_what_it_adds_and_comes_after_all_others()
    {
        // Databases know these ids: they stay. Every later one is a timestamp of its own and the name of its class.
        Dictionary<string, string[]> released = new()
        {
            ["Membership"] = ["0001_FirstTables"],
            ["Allocation"] =
            [
                "20261122000000_Initial", "20261122110000_PoliciesByFamily", "20261122140000_FairnessAccounts", "20261122160000_LongRuns",
                "20261122161000_ProposedSplits", "20261122170000_Ratings", "20261122170000_SealedPrices", "20261122180000_LimitedTexts",
            ],
        };
        var sources = Sources().Where(source => source.Path.Contains("/Migrations/", StringComparison.Ordinal));
        foreach (var service in sources.GroupBy(source => source.Path.Split('/')[0]))
        {
            var old = released.GetValueOrDefault(service.Key, []);
            var migrations = service
                .Select(source => (source.Path, Id: Found(MigrationId(), source.Text), Class: Found(MigrationClass(), source.Text))).ToList();
            Assert.Superset(old.ToHashSet(), migrations.Select(m => m.Id).ToHashSet());
            Assert.All(migrations, m => Assert.EndsWith("_" + m.Class, m.Id, StringComparison.Ordinal));
            var added = migrations.Where(m => !old.Contains(m.Id)).ToList();
            Assert.All(added, m => Assert.Matches("^[0-9]{14}_[A-Z]", m.Id));
            Assert.All(added, m => Assert.EndsWith($"/{m.Id}.cs", m.Path, StringComparison.Ordinal));
            Assert.All(added, m => Assert.All(old, id => Assert.True(string.CompareOrdinal(m.Id[..14], id) > 0, $"{m.Id} must come after {id}.")));
            Assert.Distinct(added.Select(m => m.Id[..14]));
        }
    }

    [Fact]
    public void Projects_refer_to_each_other_only_as_the_rule_allows()
    {
        var references = Projects("services").Concat(Projects("gateway")).ToDictionary(p => p.Name, p => p.References);
        string[] shared = ["Contracts", "Platform"];
        string[] services = [.. Checkout.Current.Services.Select(service => service.Project)];

        Assert.Equal([.. services.Concat([.. shared, "AllInOne", "Gateway", "Portal"]).Order()], references.Keys.Order());
        Assert.Empty(references["Contracts"]);
        Assert.Equal(["Contracts"], references["Platform"]);
        // services/Directory.Build.props gives a service the shared projects; its own project adds none.
        Assert.All(services, service => Assert.Empty(references[service]));
        Assert.Equal(["Platform"], references["Gateway"]);
        Assert.Equal(["Platform"], references["Portal"]);   // of the services it knows the public interface
    }

    [Fact]
    public void Each_listed_service_has_its_module_and_tests_and_is_in_the_solution_and_the_README()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "ExportConsortia.sln"));
        var readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        Assert.Equal("membership", Checkout.Current.Services[0].Name);
        Assert.All(Checkout.Current.Services, service =>
        {
            var (project, name) = service;
            var module = File.ReadAllText(Path.Combine(Root, "services", project, $"{project}Module.cs"));
            Assert.Contains($"""public string Name => "{name}";""", module, StringComparison.Ordinal);
            Assert.Matches("^[a-z]+$", name);
            Assert.Contains($"""services\{project}\{project}.csproj""", solution, StringComparison.Ordinal);
            Assert.Contains($"""tests\{project}.Tests\{project}.Tests.csproj""", solution, StringComparison.Ordinal);
            Assert.Contains($"- **`{project}`**: ", readme, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_queue_carries_its_services_name_and_belongs_to_one_consumer()
    {
        var services = new ServiceCollection();
        services.AddMassTransit(bus =>
        {
            new ProbeModule("probe").AddConsumers(bus);
            new MirrorModule("mirror").AddConsumers(bus);
            Assert.Throws<InvalidOperationException>(() => bus.Add<KeepLine>("probe"));
            Assert.Throws<InvalidOperationException>(() => bus.Add<KeepLine>(new string('p', 100)));
        });
        Assert.Equal(
            ["mirror-keep-line", "probe-count-line", "probe-keep-line", "probe-keep-members", "probe-keep-snapshots", "probe-keep-standings"],
            services.Select(s => s.ImplementationInstance).OfType<Subscription>().Select(s => s.Name).Order());
    }

    [Fact]
    public void Queries_across_member_firms_are_listed_and_none_crosses_consortia()
    {
        // Where a request of one member firm needs rows of others, and why. Code that only the platform or the clean team calls ignores no filter.
        (string File, string Rows, string Why)[] acrossMembers =
        [
            ("Allocation/AllocationDb.cs", "Orders", "A firm that answers acts on the order, which it may not read."),
            ("Allocation/AllocationDb.cs", "Orders", "... also as the one before has left it, if nothing has changed it since."),
            ("Allocation/AllocationDb.SaveOrders.cs", "MemberOffers", "One firm's answer can end the offers of others, at a deadline for example."),
            ("Allocation/AllocationDb.SaveOrders.cs", "PriceInvitations", "The last firm to answer closes the round for all."),
            ("Allocation/Runs/PassTurns.cs", "db.Turns", "A firm that declines keeps its place in the rotation, which it may not read ..."),
            ("Allocation/Runs/PassTurns.cs", "db.Turns", "... so does one whose offer is withdrawn ..."),
            ("Allocation/Runs/PassTurns.cs", "db.Turns", "... one that is silent loses it ..."),
            ("Allocation/Runs/PassTurns.cs", "db.Turns", "... and one that takes its offer ends a row of declines."),
            ("Platform/Roster/RosterDb.cs", "Members", "What a firm's request does may concern all firms, such as their shares of a line."),
            ("Allocation/Fairness/LoadFairness.cs", "db.FairnessBalances", "A firm's score is calculated from running sums, which it may not read."),
            ("Allocation/Fairness/LoadFairness.cs", "db.FairnessEntries", "The same, less what is still hidden from firms."),
            ("Allocation/Fairness/BookFairness.cs", "db.FairnessEntries", "An order that a firm's answer changes has entries of all firms."),
            ("Allocation/Fairness/BookFairness.cs", "db.FairnessBalances", "Their sums follow in the same save, in later years too ..."),
            ("Allocation/Fairness/BookFairness.cs", "db.FairnessBalances", "... and account by account."),
            ("Allocation/Offers/CallForPieces.cs", "db.Orders", "How much is left of a call stands in the order."),
            ("Allocation/Offers/CallForPieces.cs", "db.ReceivedDocuments", "The terms of what is claimed stand in the order's document ..."),
            ("Allocation/Offers/CallForPieces.cs", "db.ReceivedDocuments", "... and so do those that the firm reads before it claims."),
            ("Allocation/SealedPrices/HandInPrice.cs", "db.PriceInvitations", "The last firm to answer closes the round: have all answered?"),
            ("Allocation/SealedPrices/PriceInvitationView.cs", "db.PriceInvitations", "A firm reads all commitments of its line, not their owners."),
            ("Marketing/MarketingDb.Quotations.cs", "Quotations", "A firm that hands in its price acts on the quotation, which it may not read."),
            ("Marketing/MarketingDb.Quotations.cs", "QuotationPrices", "At the deadline the prices of all firms open, whoever notices it."),
            ("Marketing/Quotations/HandInPrice.cs", "db.QuotationPrices", "The last firm to answer opens the prices: have all answered?"),
            ("Allocation/SealedPrices/PriceScore.cs", "db.PriceInvitations", "A price scores against the lowest of its line."),
            ("Marketing/Buyers/BuyerRegister.cs", "db.Buyers", "What a firm captures finds the buyer, whom the firm may not read ..."),
            ("Marketing/Buyers/BuyerRegister.cs", "db.Buyers", "... also under a name that was merged into it."),
            ("Marketing/Leads/LeadDesk.cs", "db.Buyers", "Captures of one buyer wait for each other ..."),
            ("Marketing/Leads/LeadDesk.cs", "db.Leads", "... and the same interest again is the same lead ..."),
            ("Marketing/Leads/LeadDesk.cs", "db.Leads", "... whose people aren't forgotten while any firm talks to them ..."),
            ("Marketing/Leads/LeadDesk.cs", "db.PriorCustomers", "... which is protected for the firm that registered the buyer."),
            ("Marketing/Leads/CaptureLead.cs", "db.Leads", "How many finds of a firm are in the pool."),
            ("Marketing/Leads/ProtectLeads.cs", "db.Leads", "A firm claims a lead of the pool, of which it reads no buyer."),
            ("Marketing/Leads/DeclareSale.cs", "db.Leads", "Whether commission is due is noted for the clean team."),
            ("Marketing/Leads/GetLeads.cs", "db.Buyers", "The firm that has a lead reads the buyer's name ..."),
            ("Marketing/Leads/LeadView.cs", "db.Buyers", "... and who asked."),
            ("Marketing/Leads/GetLeads.cs", "db.Leads", "Of the pool everybody reads families, countries and ages."),
            ("Marketing/Campaigns/CampaignCosts.cs", "db.Campaigns", "A firm reads the name of a campaign of which it bears a share."),
            ("TradeFairs/Leads/CaptureLeads.cs", "db.FairLeads", "A device's id of a lead is used once in a consortium, whichever firm uses it."),
            ("Marketing/Missions/MissionView.cs", "db.Buyers", "A firm reads the name of the buyers that it meets on a mission."),
            ("TradeFairs/Participation/WaitingList.cs", "db.Commitments", "A firm reads its place in the waiting list, not who the others are."),
            ("TradeFairs/Stand/AllotStand.cs", "db.Allotments", "A firm reads its own part of how the stand was divided."),
            ("TradeFairs/Costs/CostSheet.cs", "db.Costs", "A firm's share is computed from the costs of the whole stand, which it may not read:"),
            ("TradeFairs/Costs/CostSheet.cs", "db.CostItems", "its items, also what firms bear by themselves,"),
            ("TradeFairs/Costs/CostSheet.cs", "db.Grants", "its grants,"),
            ("TradeFairs/Costs/CostSheet.cs", "db.Commitments", "all firms' areas, volumes and exhibits,"),
            ("TradeFairs/Costs/CostSheet.cs", "db.CostWeights", "turnover and votes,"),
            ("TradeFairs/Costs/CostSheet.cs", "db.Undertakings", "which of them share a ceiling of aid"),
            ("TradeFairs/Costs/CostSheet.cs", "db.Aid", "and what aid they took,"),
            ("TradeFairs/Costs/CostSheet.cs", "db.Withdrawals", "the penalties of those that withdrew"),
            ("TradeFairs/Costs/CostSheet.cs", "db.FrozenShares", "and what all were to bear."),
            ("TradeFairs/Costs/CostSheet.cs", "db.CostSteps", "What the plan's shares were computed from, of all firms too."),
            ("TradeFairs/Costs/CostSheet.cs", "db.Charges", "A firm reads the sum of its own charges of these."),
            ("TradeFairs/Costs/ChangeCosts.cs", "db.Costs", "A firm that withdraws changes the costs, which it may not read ..."),
            ("TradeFairs/Costs/ChangeCosts.cs", "db.Grants", "... and with the others' shares ..."),
            ("TradeFairs/Costs/ChangeCosts.cs", "db.Aid", "... the aid that they get."),
            ("TradeFairs/Costs/GetCosts.cs", "db.CostSteps", "Why a firm's share changed is computed from the costs before and after."),
            ("TradeFairs/Costs/GetCosts.cs", "db.CostProposals", "A firm reads who decided about the plan, the settlement and its own amounts."),
        ];
        var sources = Sources();
        Assert.Equal(
            acrossMembers.Select(place => (place.File, place.Rows)).Order(),
            sources.SelectMany(source => AcrossMembers().Matches(source.Text).Select(match => (source.Path, match.Groups[1].Value))).Order());
        // It is passed by a whole query: one that reads a second table too would read all of its rows.
        var tables = sources.SelectMany(source => Table().Matches(source.Text).Select(match => match.Groups[1].Value)).ToHashSet();
        Assert.Empty(
            from source in sources
            from statement in source.Text.Split(';', '{', '}', '?')
            where AcrossMembers().IsMatch(statement)
                && Reads().Matches(statement).Select(match => match.Groups[1].Value).Where(tables.Contains).Distinct().Count() > 1
            select $"{source.Path}: {statement.Trim()}");
        Assert.Equal(
            [
                ("Membership/Accounts/AccountStore.cs", "[MembershipDb.Readers]"),
                ("Membership/Accounts/ListManagers.cs", "[MembershipDb.Readers]"),   // everybody may know whom to call
                ("Membership/Accounts/LockAccount.cs", "[MembershipDb.Readers]"),   // whoever is locked has no invitations left
                ("Membership/Accounts/Person.cs", "[MembershipDb.Readers]"),   // and who invited somebody
                ("Membership/Accounts/SecondPerson.cs", "[MembershipDb.Readers]"),   // are there two operators?
                ("Membership/Invitations/InviteByLink.cs", "[MembershipDb.Readers]"),   // does a firm have people who could object?
                ("Membership/Tokens/SignIn.cs", "[MembershipDb.Readers]"),   // the caller is not known yet
                ("Platform/Storage/Filter.cs", "[Member]"),
            ],
            sources.SelectMany(source => IgnoreFilters().Matches(source.Text).Select(match => (source.Path, match.Groups[1].Value))).Order());
        // SQL of our own passes no filter: it adds to rows by their keys, reservations and the sums of fairness accounts, and reads none.
        Assert.Equal(
            ["Allocation/AllocationDb.Statements.cs", "Allocation/AllocationDb.Statements.cs"],
            sources.Where(source => !source.Path.StartsWith("Platform/", StringComparison.Ordinal))
                .SelectMany(source => OwnSql().Matches(source.Text).Select(_ => source.Path)));
    }

    [Fact]
    public void No_line_has_more_than_150_characters() => Assert.Empty(
        from file in Directory.GetFiles(Root, "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file)
        where !path.Split(Path.DirectorySeparatorChar).Contains("obj")
        from line in File.ReadLines(file).Index()
        where line.Item.Length > 150
        select $"{path}:{line.Index + 1}");

    private static List<(string Path, string Text)> Sources()
    {
        var services = Path.Combine(Root, "services");
        return [.. Directory.GetFiles(services, "*.cs", SearchOption.AllDirectories)
            .Select(file => (Path: Path.GetRelativePath(services, file).Replace('\\', '/'), Text: File.ReadAllText(file)))
            .Where(source => !source.Path.Contains("/obj/", StringComparison.Ordinal))];
    }

    private static IEnumerable<(string Name, HashSet<string> References)> Projects(string folder) =>
        Directory.GetFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories).Select(file => (
            Path.GetFileNameWithoutExtension(file),
            XDocument.Load(file).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)).ToHashSet()));

    private static string Found(Regex regex, string text) => regex.Match(text).Groups[1].Value;

    [GeneratedRegex(@"([\w.]*)\.AcrossMembers\(")]
    private static partial Regex AcrossMembers();

    [GeneratedRegex(@"DbSet<\w+> (\w+) =>")]
    private static partial Regex Table();

    [GeneratedRegex(@"\b(?:db\.|(?<![\w.]))([A-Z]\w+)\.(?=[A-Z]\w*\()")]
    private static partial Regex Reads();

    [GeneratedRegex(@"IgnoreQueryFilters\(([^)]*)\)")]
    private static partial Regex IgnoreFilters();

    [GeneratedRegex(@"\.(SqlQuery|SqlQueryRaw|FromSql\w*|ExecuteSql\w*)[<(]")]
    private static partial Regex OwnSql();

    [GeneratedRegex("//.*")]
    private static partial Regex Comments();

    [GeneratedRegex(@"\bORDER BY\b|\bOrder(By|ByDescending)?(?=\()")]
    private static partial Regex Sorting();

    [GeneratedRegex("[A-Z]?[a-z]+|[A-Z]+(?![a-z])")]
    private static partial Regex Words();

    [GeneratedRegex("""\[Migration\("([^"]*)"\)\]""")]
    private static partial Regex MigrationId();

    [GeneratedRegex(@"class (\w+) : Migration")]
    private static partial Regex MigrationClass();
}
