using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Platform.Tests;

/// <summary>Whether a migration only adds is found out from its steps.</summary>
public sealed class ExpansionTests
{
    [Fact]
    public void What_only_adds_is_let_through()
    {
        var migration = new MigrationBuilder("Npgsql.EntityFrameworkCore.PostgreSQL");
        migration.CreateTable("New", t => new { Id = t.Column<Guid>(), Code = t.Column<string>() });
        migration.CreateIndex("IX_New_Code", "New", "Code", unique: true);
        migration.AddColumn<string>("Note", "Orders", nullable: true);
        migration.AddColumn<int>("Count", "Orders", nullable: false, defaultValue: 0);
        migration.CreateIndex("IX_Orders_Note", "Orders", "Note");
        migration.AlterColumn<string>("Code", "Orders", maxLength: 100, oldMaxLength: 50);
        migration.Sql("UPDATE \"Orders\" SET \"Note\" = ''");
        Assert.Empty(ExpansionCheck.Faults(migration.Operations));
    }

    [Fact]
    public void What_the_previous_release_would_miss_is_named()
    {
        var migration = new MigrationBuilder("Npgsql.EntityFrameworkCore.PostgreSQL");
        migration.DropTable("Orders");
        migration.DropColumn("Code", "Orders");
        migration.RenameColumn("Code", "Orders", "Number");
        migration.RenameTable("Orders", newName: "Sales");
        migration.AddColumn<int>("Count", "Orders", nullable: false);
        migration.AlterColumn<string>("Code", "Orders", maxLength: 50, oldMaxLength: 100);
        migration.AlterColumn<string>("Code", "Orders", nullable: false, oldNullable: true);
        migration.CreateIndex("IX_Orders_Code", "Orders", "Code", unique: true);
        migration.AddCheckConstraint("CK_Orders", "Orders", "\"Count\" > 0");
        migration.Sql("DELETE FROM \"Orders\"");
        Assert.Equal(migration.Operations.Count, ExpansionCheck.Faults(migration.Operations).Count());
    }
}
