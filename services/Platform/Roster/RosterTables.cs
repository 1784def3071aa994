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

    /// <summary>Adds what tells copies of different epochs apart: a service's next migration, after <see cref="CreateRosterTables"/>.</summary>
    public static void AddCopies(this MigrationBuilder migration)
    {
        migration.AddColumn<long>("Epoch", "Rulebooks", nullable: false, defaultValue: 0L);
        migration.CreateTable(
            "Copies",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Kind = t.Column<string>(maxLength: 20, nullable: false),
                Epoch = t.Column<long>(nullable: false),
                Parts = t.Column<int>(nullable: false),
                PartsSeen = t.Column<int>(nullable: false),
                Added = t.Column<int>(nullable: false),
                Changed = t.Column<int>(nullable: false),
                Removed = t.Column<int>(nullable: false),
                ReplacedAt = t.Column<DateTime>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_Copies", x => new { x.ConsortiumId, x.Kind }));
    }
}
