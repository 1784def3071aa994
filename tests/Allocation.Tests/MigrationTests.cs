using ExportConsortia.Contracts;
using ExportConsortia.Platform;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Tests;

public static class MigrationTests
{
    [Theory, EachShape]
    public static async Task The_product_list_begins_as_orders_were_read_until_now(Shape shape)
    {
        await using var servers = new ServerShare();
        await using var db = shape == Shape.Embedded
            ? ServiceData.OpenInMemory<AllocationDb>()
            : ServiceData.Open<AllocationDb>(options => options.UseNpgsql(Postgres(servers)));
        await db.Database.OpenConnectionAsync();
        await db.Database.MigrateAsync("20261122180000_LimitedTexts");
        var vtf = Guid.CreateVersion7();
        Firm(MemberStanding.Active, new("TK-12", "Chair", "chairs"), new("TB-03", "Table", "tables"));
        Firm(MemberStanding.Suspended, new MemberCapability("TK-12", "Stool", "aaa"));
        Firm(MemberStanding.Probation, new MemberCapability("TK-12", "Armchair", "aaa"));
        Firm(MemberStanding.Left, new("TK-12", "Chair", "AAA"), new("OLD-1", "Bench", "benches"));
        await db.SaveChangesAsync();

        await db.Database.MigrateAsync();

        Assert.Equal(
            [("TB-03", "Table", "tables", 0L), ("TK-12", "Armchair", "aaa", 0L)],
            (await db.Products.ToListAsync()).Select(p => (p.Code, p.Name, p.Family, p.Version)).Order());
        Assert.All(await db.Products.ToListAsync(), p => Assert.Equal((UnitCode.Piece, 0, false), (p.Unit, p.Conversions.Count, p.Retired)));

        void Firm(MemberStanding standing, params MemberCapability[] made) => db.Add(new MemberFirm
        {
            Id = Guid.CreateVersion7(), ConsortiumId = vtf, Standing = standing, Capabilities = [.. made], CapabilitiesVersion = 1,
        });
    }

    private static string Postgres(ServerShare servers)
    {
        Required.Servers();
        return servers.CreateDatabase("migration").GetAwaiter().GetResult() + ";Pooling=false";
    }
}
