using ExportConsortia.Membership.Accounts;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Membership.Migrations;

[DbContext(typeof(MembershipDb))]
[Migration("0001_FirstTables")]
internal sealed class FirstTables : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateServiceTables();
        migrationBuilder.CreateTable(
            "Consortia",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                Code = t.Column<string>(maxLength: 20, nullable: false),
                Name = t.Column<string>(nullable: false),
                BaseCurrency = t.Column<string>(nullable: false),
                TimeZone = t.Column<string>(nullable: false),
                FoundedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Consortia", x => x.Id));
        migrationBuilder.CreateIndex("IX_Consortia_Code", "Consortia", "Code", unique: true);
        migrationBuilder.CreateTable(
            "RulebookVersions",
            t => new
            {
                ConsortiumId = t.Column<Guid>(nullable: false),
                Version = t.Column<int>(nullable: false),
                Allocation = t.Column<string>(nullable: false),
                ActivatedAt = t.Column<DateTime>(nullable: false),
                ActivatedBy = t.Column<Guid>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_RulebookVersions", x => new { x.ConsortiumId, x.Version }));
        migrationBuilder.CreateTable(
            "Members",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                Code = t.Column<string>(maxLength: 20, nullable: false),
                Name = t.Column<string>(nullable: false),
                Country = t.Column<string>(nullable: false),
                Standing = t.Column<string>(maxLength: 20, nullable: false),
                StandingBeforeSuspension = t.Column<string>(maxLength: 20, nullable: true),
                SuspensionReason = t.Column<string>(nullable: true),
                StandingSince = t.Column<DateTime>(nullable: false),
                Version = t.Column<long>(nullable: false),
                Capabilities = t.Column<string>(nullable: false),
                CapabilitiesSince = t.Column<DateTime>(nullable: true),
                CapabilitiesVersion = t.Column<long>(nullable: false),
                CapacityVersion = t.Column<long>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Members", x => x.Id));
        migrationBuilder.CreateIndex("IX_Members_ConsortiumId_Code", "Members", ["ConsortiumId", "Code"], unique: true);
        migrationBuilder.CreateTable(
            "CapacityDeclarations",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: false),
                MemberId = t.Column<Guid>(nullable: false),
                ProductFamily = t.Column<string>(maxLength: 100, nullable: false),
                From = t.Column<DateOnly>(nullable: false),
                To = t.Column<DateOnly>(nullable: false),
                Quantity = t.Column<long>(nullable: false),
                Version = t.Column<long>(nullable: false),
                DeclaredAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_CapacityDeclarations", x => x.Id));
        migrationBuilder.CreateIndex("IX_CapacityDeclarations_ConsortiumId", "CapacityDeclarations", "ConsortiumId");
        migrationBuilder.CreateIndex(
            "IX_CapacityDeclarations_MemberId_ProductFamily_From_To", "CapacityDeclarations",
            ["MemberId", "ProductFamily", "From", "To"], unique: true);
        migrationBuilder.CreateTable(
            "Accounts",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                Name = t.Column<string>(nullable: false),
                Role = t.Column<string>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: true),
                MemberId = t.Column<Guid>(nullable: true),
                WorksInSales = t.Column<bool>(nullable: false),
                OpenedAt = t.Column<DateTime>(nullable: false),
                LockedAt = t.Column<DateTime>(nullable: true),
                UserName = t.Column<string>(maxLength: Account.LongestEmail, nullable: true),
                NormalizedUserName = t.Column<string>(maxLength: Account.LongestEmail, nullable: true),
                Email = t.Column<string>(maxLength: Account.LongestEmail, nullable: true),
                NormalizedEmail = t.Column<string>(maxLength: Account.LongestEmail, nullable: true),
                EmailConfirmed = t.Column<bool>(nullable: false),
                PasswordHash = t.Column<string>(nullable: true),
                SecurityStamp = t.Column<string>(nullable: true),
                ConcurrencyStamp = t.Column<string>(nullable: true),
                LockoutEnd = t.Column<DateTimeOffset>(nullable: true),
                LockoutEnabled = t.Column<bool>(nullable: false),
                AccessFailedCount = t.Column<int>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Accounts", x => x.Id));
        migrationBuilder.CreateIndex("IX_Accounts_ConsortiumId", "Accounts", "ConsortiumId");
        migrationBuilder.CreateIndex("IX_Accounts_NormalizedEmail", "Accounts", "NormalizedEmail", unique: true);
        migrationBuilder.CreateIndex("IX_Accounts_NormalizedUserName", "Accounts", "NormalizedUserName", unique: true);
        migrationBuilder.CreateTable(
            "Sessions",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                AccountId = t.Column<Guid>(nullable: false),
                Stamp = t.Column<string>(nullable: false),
                OpenedAt = t.Column<DateTime>(nullable: false),
                TokenHash = t.Column<string>(nullable: false),
                FormerHash = t.Column<string>(nullable: true),
                RotatedAt = t.Column<DateTime>(nullable: false),
                ExpiresAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Sessions", x => x.Id));
        migrationBuilder.CreateIndex("IX_Sessions_AccountId", "Sessions", "AccountId");
        migrationBuilder.CreateTable(
            "SigningKeys",
            t => new
            {
                Generation = t.Column<int>(nullable: false),
                KeyId = t.Column<Guid>(nullable: false),
                PublicKey = t.Column<byte[]>(nullable: false),
                PrivateKey = t.Column<byte[]>(nullable: false),
                CreatedAt = t.Column<DateTime>(nullable: false),
                SignsFrom = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_SigningKeys", x => x.Generation));
    }
}
