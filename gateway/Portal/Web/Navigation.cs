namespace ExportConsortia.Portal.Web;

/// <summary>The pages that the menus lead to, for each role, in the order in which people need them.</summary>
internal static class Navigation
{
    private const int OnPhone = 4;

    private static readonly Entry[] All =
    [
        new("/offers", "offers", "", [Role.MemberUser]),
        new("/open-calls", "flag", "", [Role.MemberUser]),
        new("/today", "today", "", [Role.ConsortiumManager]),
        new("/orders", "orders", "", [Role.ConsortiumManager, Role.Auditor]),
        new("/members", "members", "", [Role.ConsortiumManager, Role.Auditor]),
        new("/capacity", "capacity", "", [Role.MemberUser, Role.ConsortiumManager, Role.Auditor]),
        new("/fairness", "scale", "", [Role.MemberUser, Role.ConsortiumManager, Role.Auditor]),
        new("/our-firm", "members", "", [Role.MemberUser]),
        new("/operations", "capacity", "", [Role.Operator]),
        new("/consortia", "flag", "", [Role.Operator]),
        new("/accounts", "user", "", [Role.Operator]),
        new("/traces", "statement", "", [Role.Operator]),
        new("/sheets", "catalogue", "market", [Role.MemberUser, Role.ConsortiumManager, Role.Auditor]),
        new("/certificates", "shield", "market", [Role.MemberUser, Role.ConsortiumManager, Role.Auditor]),
        new("/catalogue", "catalogue", "market", [Role.ConsortiumManager, Role.Auditor]),
        new("/leads", "lead", "market", [Role.ConsortiumManager, Role.Auditor, Role.MemberUser]),
        new("/buyers", "members", "market", [Role.ConsortiumManager, Role.Auditor]),
        new("/quotations", "statement", "market", [Role.ConsortiumManager, Role.Auditor]),
        new("/quotations/prices", "statement", "market", [Role.MemberUser]),
        new("/brand", "shield", "market", [Role.ConsortiumManager, Role.Auditor, Role.MemberUser]),
        new("/campaigns", "statement", "market", [Role.ConsortiumManager, Role.Auditor, Role.MemberUser]),
        new("/missions", "flag", "market", [Role.ConsortiumManager, Role.Auditor, Role.MemberUser]),
        new("/markets", "flag", "market", [Role.ConsortiumManager, Role.Auditor, Role.MemberUser]),
        new("/fairs", "fair", "market", [Role.ConsortiumManager, Role.Auditor, Role.MemberUser]),
        new("/rulebook", "book", "consortium", [Role.ConsortiumManager, Role.Auditor, Role.MemberUser]),
        new("/products", "catalogue", "consortium", [Role.ConsortiumManager, Role.Auditor, Role.MemberUser]),
        new("/accounts", "user", "consortium", [Role.ConsortiumManager, Role.Auditor]),
        new("/party", "statement", "consortium", [Role.ConsortiumManager, Role.Auditor]),
        new("/traces", "statement", "consortium", [Role.ConsortiumManager, Role.Auditor]),
    ];

    /// <summary>What somebody with these roles finds in the side menu, by sections; the first section has no heading.</summary>
    public static IEnumerable<IGrouping<string, Entry>> Of(Visit visit) =>
        All.Where(entry => entry.Roles.Any(visit.User.IsInRole)).GroupBy(entry => entry.Section);

    /// <summary>The first of them, which a phone shows at its foot.</summary>
    public static IReadOnlyList<Entry> Tabs(Visit visit) => [.. Of(visit).SelectMany(section => section).Take(OnPhone)];

    /// <summary>Where somebody belongs.</summary>
    public static string Home(Visit visit) => Tabs(visit) is [var first, ..] ? first.Address : "/account";

    /// <summary>A page in the menu.</summary>
    /// <param name="Address">Its address; the word for it is <c>nav.</c> and the address without the slash.</param>
    /// <param name="Icon">Its icon.</param>
    /// <param name="Section">The section: the word for its heading is <c>nav.section.</c> and this.</param>
    /// <param name="Roles">Who finds it.</param>
    public sealed record Entry(string Address, string Icon, string Section, string[] Roles)
    {
        /// <summary>Key of the word for it.</summary>
        public string Word => $"nav.{Address[1..]}";
    }
}
