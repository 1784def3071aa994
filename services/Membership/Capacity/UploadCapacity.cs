using System.ComponentModel;
using ExportConsortia.Contracts;
using ExportConsortia.Membership.Members;
using ExportConsortia.Membership.Products;

namespace ExportConsortia.Membership.Capacity;

/// <summary>Uploads a file of capacity declarations, of one firm or of several: all rows are applied, or none.</summary>
internal static class UploadCapacity
{
    /// <summary>What the upload did, or what a dry run would do.</summary>
    /// <param name="Rows">Rows in the file, not counting the header.</param>
    /// <param name="Created">Periods declared for the first time.</param>
    /// <param name="Changed">Periods with a new quantity.</param>
    /// <param name="Renewed">Periods with the same quantity whose age was reset, as requested.</param>
    /// <param name="Unchanged">Periods with the same quantity, left as they are.</param>
    /// <param name="DryRun">True if nothing was changed.</param>
    public sealed record Response(int Rows, int Created, int Changed, int Renewed, int Unchanged, bool DryRun);

    private const string Example = "member;family;from;to;quantity\nF1;chairs;2026-09-01;2026-10-01;1200\nF2;chairs;2026-09-01;2026-10-01;800\n";
    private const int MostErrorsListed = 1000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("capacity-declarations/csv", HandleAsync)
        .WithName(nameof(UploadCapacity))
        .WithSummary("Upload capacity declarations")
        .WithDescription("A CSV file in UTF-8 with the columns member;family;from;to;quantity;unit, separated by semicolons or commas: member is the "
            + "firm's code (a firm's user may leave the column out), family is one of the product list, from and to are days (half-open), quantity "
            + "is in the family's unit, which the column unit may repeat. At most 5 MiB and "
            + "100,000 rows, and of a firm's family as many declarations as the installation allows, 800 unless it says otherwise. "
            + "All rows are applied, or none: 400 INVALID_ROWS lists row, column and sentence in rows. The same file again changes "
            + "nothing, unless renew=true resets the age of its declarations (R-602). dryRun=true only reports what would happen.")
        .Accepts<string>("text/csv")
        .WithExample(Example, "text/csv")
        .WithRequestTimeout(Edge.LongestRequest)
        .For(Role.ConsortiumManager, Role.MemberUser);

    private static async Task<Results<Ok<Response>, ProblemHttpResult>> HandleAsync(
        HttpContext http, MembershipDb db, DeclarationLimit limit, Caller caller, RepeatedTraces traces, TimeProvider clock, CancellationToken ct,
        [Description("True: report what would happen, change nothing.")] bool dryRun = false,
        [Description("True: reset the age of declarations with an unchanged quantity (R-602).")] bool renew = false)
    {
        if (await ReadAsync(http.Request, ct) is not { } bytes)
        {
            return Refusal.Problem(StatusCodes.Status413PayloadTooLarge, "TOO_LARGE", "The file is larger than 5 MiB.");
        }

        if (CapacityFile.Decode(bytes) is not { } text)
        {
            return Refusal.Invalid(new Dictionary<string, string[]> { [""] = ["The file isn't UTF-8. Save it as \"CSV UTF-8\"."] }, "WRONG_ENCODING");
        }

        var file = CapacityFile.Read(text, memberNeeded: caller.MemberId is null);
        var members = await db.Members.ToDictionaryAsync(m => m.Code, StringComparer.Ordinal, ct);
        var rows = new List<(CapacityRow Row, MemberFirm Member)>(file.Rows.Count);
        var units = await db.UnitsByFamilyAsync(caller.ConsortiumId, ct);
        foreach (var row in file.Rows)
        {
            if (units.GetValueOrDefault(row.Family) is not { } unit)
            {
                file.Errors.Add(new(row.Line, "family", CapacityRow.UnknownFamily(row.Family)));
            }
            else if (row.Unit is not null && row.Unit != unit)
            {
                file.Errors.Add(new(row.Line, "unit", CapacityRow.WrongUnit(row.Family, unit, row.Unit)));
            }

            var code = row.Member.Length == 0 && caller.MemberId is not null ? members.Keys.Single() : row.Member;
            if (members.GetValueOrDefault(code) is { Standing: not Standing.Left } member)
            {
                rows.Add((row, member));
            }
            else
            {
                file.Errors.Add(new(row.Line, "member", $"Unknown member firm {row.Member}."));
            }
        }

        var declaring = rows.Select(r => r.Member.Id).Distinct().ToList();
        var known = await db.CapacityDeclarations.AsNoTracking().Where(c => declaring.Contains(c.MemberId))
            .ToDictionaryAsync(c => (c.MemberId, c.ProductFamily, c.From, c.To), ct);
        var now = clock.GetUtcNow().UtcDateTime;
        file.Errors.AddRange(FindOverlaps(rows, known.Values));
        var over = MakeRoom(rows, known, limit, DateOnly.FromDateTime(now), file.Errors);
        if (file.Errors.Count > 0)
        {
            return Refusal.Problem(
                StatusCodes.Status400BadRequest, "INVALID_ROWS", $"Nothing was changed. Errors in the file: {file.Errors.Count}.",
                KeyValuePair.Create("rows", (object?)file.Errors.OrderBy(e => e.Row).Take(MostErrorsListed).ToList()));
        }

        var (created, changed, renewed, unchanged) = (0, 0, 0, 0);
        var changing = new HashSet<MemberFirm>();
        var (declared, replaced) = (new List<CapacityDeclaration>(), new List<CapacityDeclaration>());
        foreach (var (row, member) in rows)
        {
            var declaration = known.GetValueOrDefault((member.Id, row.Family, row.From, row.To));
            var unit = units[row.Family];
            if (declaration is not null && declaration.Says(row.Quantity, unit) && !renew)
            {
                unchanged++;
                continue;
            }

            _ = declaration is null ? created++ : declaration.Says(row.Quantity, unit) ? renewed++ : changed++;
            if (dryRun)
            {
                continue;
            }

            if (changing.Add(member))
            {
                member.DeclareCapacity();
                if (caller.MemberId is null)
                {
                    traces.Note("membership", "CAPACITY_DECLARED_FOR_FIRM", caller.UserId, caller.ConsortiumId, member.Id, member.Id);
                }
            }

            // Of a declaration in another unit what is reserved stays counted in its own.
            if (declaration?.IsIn(unit) == false)
            {
                replaced.Add(declaration);
            }

            declared.Add(declaration?.IsIn(unit) == true ? declaration : CapacityDeclaration.For(member, row.Family, row.From, row.To));
            declared[^1].Declare(row.Quantity, unit, now);
        }

        if (declared.Count > 0)
        {
            // One event, or a few if it would be too long. Others' uploads don't wait for it.
            var (upload, gone) = (Guid.CreateVersion7(), over.Concat(replaced).Select(c => c.Id).ToList());
            foreach (var (i, families) in SaveCapacity.ToFamilies(declared).Index())
            {
                db.Publish(upload, new CapacitiesDeclared(caller.ConsortiumId, families, i == 0 ? gone : [], now), bulk: true);
            }

            await db.SaveDeclarationsAsync(caller.ConsortiumId, declared, gone, ct);
        }

        return TypedResults.Ok(new Response(rows.Count, created, changed, renewed, unchanged, dryRun));
    }

    // Per firm and family: periods that are over make room for new ones, or the first row of the file that declares it is wrong.
    private static List<CapacityDeclaration> MakeRoom(
        List<(CapacityRow Row, MemberFirm Member)> rows, Dictionary<(Guid, string, DateOnly, DateOnly), CapacityDeclaration> known,
        DeclarationLimit limit, DateOnly today, List<RowError> errors)
    {
        var byFamily = known.Values.ToLookup(c => (c.MemberId, c.ProductFamily));
        var over = new List<CapacityDeclaration>();
        foreach (var family in rows.GroupBy(r => (r.Member.Id, r.Row.Family)))
        {
            var named = family.Select(r => (r.Row.From, r.Row.To)).ToHashSet();
            if (named.All(period => known.ContainsKey((family.Key.Id, family.Key.Family, period.From, period.To))))
            {
                continue;   // nothing is added
            }

            if (limit.MakeRoom(byFamily[family.Key].Where(c => !named.Contains((c.From, c.To))), named.Count, today) is { } dropped)
            {
                over.AddRange(dropped);
            }
            else
            {
                errors.Add(new(family.First().Row.Line, "family", limit.Sentence(family.Key.Family)));
            }
        }

        return over;
    }

    // The same period twice in the file, or two different periods of a firm's family that overlap.
    private static IEnumerable<RowError> FindOverlaps(List<(CapacityRow Row, MemberFirm Member)> rows, IEnumerable<CapacityDeclaration> known)
    {
        var periods = rows.Select(r => (r.Member.Id, r.Row.Family, r.Row.From, r.Row.To, r.Row.Line))
            .Concat(known.Select(c => (Id: c.MemberId, Family: c.ProductFamily, c.From, c.To, Line: 0)));
        foreach (var family in periods.GroupBy(p => (p.Id, p.Family)))
        {
            var (reachesFrom, reachesTo, reachesLine) = (DateOnly.MinValue, DateOnly.MinValue, 0);
            foreach (var (_, _, from, to, line) in family.OrderBy(p => p.From).ThenBy(p => p.To).ThenBy(p => p.Line))
            {
                var same = (from, to) == (reachesFrom, reachesTo);
                if (from < reachesTo && !(same && reachesLine == 0))
                {
                    var (wrong, other) = line > 0 ? (line, reachesLine) : (reachesLine, 0);
                    var overlapped = wrong == line ? (reachesFrom, reachesTo) : (from, to);
                    yield return new(wrong, "from", same
                        ? $"Line {other} has the same period."
                        : $"Overlaps {overlapped.Text()}, which is {(other > 0 ? $"in line {other}" : "already declared")}.");
                }

                if (to > reachesTo || same)
                {
                    (reachesFrom, reachesTo, reachesLine) = (from, to, line);
                }
            }
        }
    }

    private static string Text(this (DateOnly From, DateOnly To) period) => $"{period.From:yyyy-MM-dd} to {period.To:yyyy-MM-dd}";

    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken ct)
    {
        // The body is read again when the request is retried after a conflict.
        request.EnableBuffering(CapacityFile.LongestBytes + 1);
        request.Body.Position = 0;
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, ct);
        return bytes.Length <= CapacityFile.LongestBytes ? bytes.ToArray() : null;
    }
}
