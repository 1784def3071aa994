using ExportConsortia.Allocation.Members;
using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Allocation.Tests;

public static class SchemaTests
{
    [Theory, EachShape]
    public static Task The_migrations_build_what_the_model_says(Shape shape) => SchemaCheck.MigrationsBuildTheModel<AllocationDb>(shape);

    [Fact]
    public static void The_previous_release_works_on_what_the_migrations_leave() => ExpansionCheck.MigrationsOnlyAdd<AllocationDb>("allocation");

    [Fact]
    public static async Task Every_table_of_a_consortiums_data_is_filtered_by_the_consortium_and_by_the_member_firm()
    {
        await using var db = ServiceData.OpenInMemory<AllocationDb>();
        Type[] ofNobody =
            [typeof(OutboxMessage), typeof(InboxMessage), typeof(IdempotencyKey), typeof(EndedSession), typeof(Epoch), typeof(Copy)];
        Type[] forAllInIt = [typeof(Consortium), typeof(Rulebook), typeof(ListedProduct)];
        foreach (var table in db.Model.GetEntityTypes().Where(table => !ofNobody.Contains(table.ClrType)))
        {
            Assert.Equal(
                forAllInIt.Contains(table.ClrType) ? [Filter.Consortium] : [Filter.Consortium, Filter.Member],
                table.GetDeclaredQueryFilters().Select(filter => filter.Key).Order(StringComparer.Ordinal));
        }
    }
}
