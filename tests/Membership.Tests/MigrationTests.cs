using System.Text.Json;
using ExportConsortia.Membership.Members;
using ExportConsortia.Platform;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Membership.Tests;

public static class MigrationTests
{
    [Theory, EachShape]
    public static async Task The_list_begins_as_what_firms_said_was_read_and_keeps_what_contradicts_it(Shape shape)
    {
        await using var servers = new ServerShare();
        await using var db = shape == Shape.Embedded
            ? ServiceData.OpenInMemory<MembershipDb>()
            : ServiceData.Open<MembershipDb>(options => options.UseNpgsql(Postgres(servers)));
        await db.Database.OpenConnectionAsync();
        await db.Database.MigrateAsync();
        await db.Database.ExecuteSqlAsync(
            $"""
            DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" = '20261128220000_ProductList';
            ALTER TABLE "CapacityDeclarations" DROP COLUMN "Unit";
            DROP TABLE "Products"
            """);
        var now = new DateTime(2026, 11, 28, 9, 0, 0, DateTimeKind.Utc);
        var (vtf, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var f1 = await Firm(vtf, "F1", left: false, ("TK-12", "Chair", "chairs"), ("TB-03", "Table", "tables"));
        var f2 = await Firm(vtf, "F2", left: false, ("TK-12", "Chair", "aaa"), ("TK-13", "Stool", "chairs"));
        var f3 = await Firm(vtf, "F3", left: false, ("TK-12", "Armchair", "chairs"), ("TB-03", "Table", "tables"));
        await Firm(vtf, "F4", left: true, ("TK-12", "Chair", "AAA"), ("OLD-1", "Bench", "benches"));
        await Firm(other, "F1", left: false, ("TK-12", "Stuhl", "Stühle"));
        await Firm(other, "F2", left: false);

        await db.Database.MigrateAsync();

        db.ChangeTracker.Clear();
        var list = await db.Products.OrderBy(p => p.Name).ToListAsync();
        Assert.Equal(
            [("TB-03", "tables"), ("TK-12", "aaa"), ("TK-13", "chairs")],
            list.Where(p => p.ConsortiumId == vtf).Select(p => (p.Code, p.Family)).Order());
        Assert.Equal(("Stuhl", "Stühle"), list.Where(p => p.ConsortiumId == other).Select(p => (p.Name, p.Family)).Single());
        Assert.All(list, p => Assert.Equal((UnitCode.Piece, 0, false, 1L, now), (p.Unit, p.Conversions.Count, p.Retired, p.Version, p.ChangedAt)));
        var contradicted = Assert.Single(list, p => p.Contradictions is not null);
        Assert.Equal(
            [(f1, "Chair", "chairs"), (f3, "Armchair", "chairs")],
            contradicted.Contradictions!.Select(c => (c.MemberId, c.ProductName, c.ProductFamily)).OrderByDescending(c => c.ProductName));
        Assert.Equal(("Chair", "aaa", "TK-12"), (contradicted.Name, contradicted.Family, contradicted.Code));

        // What the firms said still counts, as the list has it.
        var said = (await db.Members.SingleAsync(m => m.Id == f2)).ToCapabilitiesEvent(await ListAsync())!;
        Assert.Equal([("TK-12", "aaa"), ("TK-13", "chairs")], said.Capabilities.Select(c => (c.ProductCode, c.ProductFamily)));

        async Task<Dictionary<string, Products.Product>> ListAsync() =>
            await db.Products.Where(p => p.ConsortiumId == vtf).ToDictionaryAsync(p => p.Code);

        async Task<Guid> Firm(Guid consortium, string code, bool left, params (string Code, string Name, string Family)[] made)
        {
            var firm = MemberFirm.Admit(consortium, code, code, "LA", probation: false, now);
            firm.DeclareCapabilities([], now);
            if (left)
            {
                firm.ProposeDeparture(new(Guid.Empty, [], "Left.", now));
                firm.Depart(now);
            }

            db.Add(firm);
            await db.SaveChangesAsync();
            var capabilities = JsonSerializer.Serialize(
                made.Select(c => new { ProductCode = c.Code, ProductName = c.Name, ProductFamily = c.Family }));
            await db.Database.ExecuteSqlAsync($"""UPDATE "Members" SET "Capabilities" = {capabilities} WHERE "Id" = {firm.Id}""");
            return firm.Id;
        }
    }

    private static string Postgres(ServerShare servers)
    {
        Required.Servers();
        return servers.CreateDatabase("migration").GetAwaiter().GetResult() + ";Pooling=false";
    }
}
