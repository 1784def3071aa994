using System.Globalization;
using ExportConsortia.Allocation.Engine.Balanced;

namespace ExportConsortia.Benchmarks;

/// <summary>
/// Draws a small plan: who makes which line, how full the weeks of each resource are (booked earliest due first, as a firm would), and how each
/// account compares with its entitlement.
/// </summary>
internal static class DrawPlan
{
    private const int Left = 130, Row = 26, Wide = 600;
    private static readonly string[] s_colours = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f"];

    public static int Run(string instanceFile, string pictureFile)
    {
        var instance = ReadInstance.From(File.ReadAllBytes(instanceFile));
        File.WriteAllText(pictureFile, Picture(instance, SolveBalanced.Plan(BalancedProblem.Of(instance)).Parts));
        return 0;
    }

    private static string Picture(BalancedInstance instance, IReadOnlyList<InstancePart> parts)
    {
        var (svg, y) = (new StringBuilder(), 24);
        var colours = instance.Members.Select(member => member.Id).Order(StringComparer.Ordinal).Zip(s_colours)
            .ToDictionary(item => item.First, item => item.Second);

        Title($"{instance.Name}: the lines and their makers, in pieces");
        var largest = instance.Lines.Max(line => line.MaxQty);
        foreach (var line in instance.Lines)
        {
            Label($"{line.Id} by week {line.DueWeek}");
            var x = 0.0;
            foreach (var part in parts.Where(part => part.Line == line.Id))
            {
                Box(x, (double)part.Qty / largest, colours[part.Member], 1);
                Text(Left + (Wide * (x + (0.5 * part.Qty / largest))), $"{part.Member} {part.Qty}", "middle", "#fff");
                x += (double)part.Qty / largest;
            }

            Mark((double)line.Qty / largest);
            y += Row;
        }

        y += 32;
        Title("use of each resource by week: minutes booked, in % of capacity");
        for (var week = 1; week <= instance.Weeks; week++)
        {
            Text(Left + (Wide * (week - 0.5) / instance.Weeks), $"{week}", "middle", "#555");
        }

        y += Row - 6;
        foreach (var (member, resource) in instance.Members.SelectMany(member => member.Resources, (member, resource) => (member, resource)))
        {
            if (Booked(instance, parts, member, resource) is not { } booked)
            {
                continue;
            }

            Label($"{member.Id} {resource.Id}");
            for (var week = 0; week < instance.Weeks; week++)
            {
                Box((double)week / instance.Weeks, 0.96 / instance.Weeks, "#eee", 1);
                Box((double)week / instance.Weeks, resource.Capacity[week] == 0 ? 0 : 0.96 * booked[week] / resource.Capacity[week] / instance.Weeks,
                    colours[member.Id], 0.8);
                Text(Left + (Wide * (week + 0.48) / instance.Weeks),
                    resource.Capacity[week] == 0 ? "closed" : booked[week] == 0 ? "" : $"{100 * booked[week] / resource.Capacity[week]} %", "middle",
                    "#000");
            }

            y += Row;
        }

        y += 32;
        Title("accounts: value received (bar), entitlement (line), free band around it (grey)");
        var problem = BalancedProblem.Of(instance);
        var accounts = problem.Accounts.Select((account, index) => (
            Member: problem.Members[account.Member].Id, Pool: problem.Pools[account.Pool].Id, Entitled: problem.Fairness.Entitlement[index],
            Free: problem.Fairness.Bands == 0 ? 0 : problem.Fairness.Edges(index)[0],
            Received: parts.Where(part => problem.Members[account.Member].Id == part.Member)
                .Sum(part => ValueIn(instance, part, problem.Pools[account.Pool].Id)))).ToList();
        var most = accounts.Max(account => Math.Max(account.Received, account.Entitled + account.Free)) * 1.02;
        foreach (var account in accounts)
        {
            Label($"{account.Member} in {account.Pool}");
            var (from, until) = (Math.Max(0, account.Entitled - account.Free), Math.Max(0, account.Entitled + account.Free));
            Box(from / most, (until - from) / most, "#ccc", 1);
            svg.AppendLine(CultureInfo.InvariantCulture,
                $"<rect x=\"{Left}\" y=\"{y + 5}\" width=\"{Wide * account.Received / most:F1}\" height=\"{Row - 16}\" "
                + $"fill=\"{colours[account.Member]}\"/>");
            Mark(Math.Max(0, account.Entitled) / most);
            y += Row;
        }

        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {y + 10}" font-family="sans-serif" font-size="12">
            <rect width="760" height="{y + 10}" fill="#fff"/>
            {svg}</svg>

            """;

        void Title(string text)
        {
            svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"10\" y=\"{y - 6}\" font-size=\"14\">{text}</text>");
            y += 6;
        }

        void Label(string text) => svg.AppendLine(CultureInfo.InvariantCulture, $"<text x=\"10\" y=\"{y + 15}\">{text}</text>");

        void Text(double x, string text, string anchor, string colour) =>
            svg.AppendLine(
                CultureInfo.InvariantCulture, $"<text x=\"{x:F1}\" y=\"{y + 15}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>");

        void Box(double from, double share, string colour, double opacity) => svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{Left + (Wide * from):F1}\" y=\"{y}\" width=\"{Wide * share:F1}\" height=\"{Row - 6}\" fill=\"{colour}\" "
            + $"fill-opacity=\"{opacity}\"/>");

        void Mark(double at) =>
            svg.AppendLine(
                CultureInfo.InvariantCulture, $"<path d=\"M{Left + (Wide * at):F1} {y - 2}v{Row - 2}\" stroke=\"#000\" stroke-width=\"2\"/>");
    }

    private static long ValueIn(BalancedInstance instance, InstancePart part, string pool)
    {
        var product = instance.Products.Single(item => item.Id == instance.Lines.Single(line => line.Id == part.Line).Product);
        return product.Pool == pool ? part.Qty * product.RefPrice : 0;
    }

    /// <summary>Minutes booked in each week; null if the resource makes nothing.</summary>
    private static long[]? Booked(BalancedInstance instance, IReadOnlyList<InstancePart> parts, InstanceMember member, InstanceResource resource)
    {
        var jobs = (from part in parts
                    where part.Member == member.Id
                    let line = instance.Lines.Single(line => line.Id == part.Line)
                    let capability = member.Capabilities.Single(item => item.Product == line.Product)
                    where capability.Resource == resource.Id
                    orderby line.DueWeek
                    select (Due: line.DueWeek, Release: 1 + capability.LeadWeeks, Minutes: part.Qty * capability.MinutesPerUnit)).ToArray();
        var booked = new long[instance.Weeks];
        for (var week = 1; week <= instance.Weeks; week++)
        {
            for (var job = 0; job < jobs.Length; job++)
            {
                if (jobs[job].Release <= week && week <= jobs[job].Due)
                {
                    var minutes = Math.Min(jobs[job].Minutes, resource.Capacity[week - 1] - booked[week - 1]);
                    booked[week - 1] += minutes;
                    jobs[job].Minutes -= minutes;
                }
            }
        }

        return jobs.Length == 0 ? null : booked;
    }
}
