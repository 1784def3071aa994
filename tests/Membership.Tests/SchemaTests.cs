using Microsoft.EntityFrameworkCore;

namespace ExportConsortia.Membership.Tests;

public static class SchemaTests
{
    [Theory, EachShape]
    public static Task The_migrations_build_what_the_model_says(Shape shape) => SchemaCheck.MigrationsBuildTheModel<MembershipDb>(shape);

    [Fact]
    public static void The_previous_release_works_on_what_the_migrations_leave() => ExpansionCheck.MigrationsOnlyAdd<MembershipDb>("membership");

    [Fact]
    public static async Task Every_table_of_a_consortiums_data_is_filtered_by_the_consortium_and_by_the_member_firm()
    {
        await using var db = ServiceData.OpenInMemory<MembershipDb>();
        Assert.Equal(
            [
                ("Account", MembershipDb.Readers), ("CapacityDeclaration", Filter.Consortium), ("CapacityDeclaration", Filter.Member),
                ("Consortium", Filter.Consortium), ("Invitation", MembershipDb.Readers), ("MemberFirm", Filter.Consortium),
                ("MemberFirm", Filter.Member),
                ("Product", Filter.Consortium), ("RulebookVersion", Filter.Consortium), ("Trace", Filter.Consortium), ("Trace", Filter.Member),
            ],
            db.Model.GetEntityTypes()
                .SelectMany(table => table.GetDeclaredQueryFilters().Select(filter => (table.ClrType.Name, filter.Key!))).Order());
        Assert.All(
            db.Model.GetEntityTypes().Where(table => table.FindProperty("ConsortiumId") is not null),
            table => Assert.NotEmpty(table.GetDeclaredQueryFilters()));
    }
}
