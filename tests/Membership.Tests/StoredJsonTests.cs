using ExportConsortia.Platform;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Membership.Tests;

public static class StoredJsonTests
{
    [Fact]
    public static async Task Nested_parts_are_stored_as_they_were()
    {
        var options = new DbContextOptionsBuilder<MembershipDb>().UseSqlite().Options;
        await using var db = new MembershipDb(options, new ServiceDbScope(Caller.Platform, TimeProvider.System, new OutboxSignal(), new Gates()));
        StoredJsonCheck.Holds(db, Path.Combine(AppContext.BaseDirectory, "Stored", "columns.json"));
    }
}
