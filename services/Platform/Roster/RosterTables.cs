using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Platform.Roster;

/// <summary>The tables of <see cref="RosterDb"/>.</summary>
public static class RosterTables
{
    /// <summary>Creates them, as part of a service's first migration.</summary>
    public static void CreateRosterTables(this MigrationBuilder migration)
    {
        migration.CreateTable(
            "Consortia",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                Code = t.Column<string>(nullable: false),
                Name = t.Column<string>(nullable: false),
                TimeZone = t.Column<string>(nullable: true),
                BaseCurrency = t.Column<string>(maxLength: 3, nullable: true),
                Party = t.Column<string>(nullable: true),
                PartyVersion = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_Consortia", x => x.Id));
        migration.CreateTable(
            "Members",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Code = t.Column<string>(nullable: false),
                Name = t.Column<string>(nullable: false),
                Standing = t.Column<string>(maxLength: 20, nullable: false),
                StandingVersion = t.Column<long>(nullable: false),
                Capabilities = t.Column<string>(nullable: false),
                CapabilitiesVersion = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Members", x => x.Id));
        migration.CreateIndex("IX_Members_ConsortiumId", "Members", "ConsortiumId");
        migration.CreateTable(
            "Rulebooks",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Version = t.Column<int>(nullable: false),
                Rules = t.Column<string>(nullable: false),
                ActiveFrom = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Rulebooks", x => new { x.ConsortiumId, x.Version }));
    }
}
