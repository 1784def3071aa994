using ExportConsortia.Membership.Accounts;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ExportConsortia.Membership.Migrations;

/// <summary>Invitations by link, the codes of firms, who locked whom, and who tries secrets in vain.</summary>
[DbContext(typeof(MembershipDb))]
[Migration("20261202000200_Invitations")]
internal sealed class Invitations : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<Guid>("NewPasswordBy", "Accounts", nullable: true);
        migrationBuilder.AddColumn<DateTime>("NewPasswordAt", "Accounts", nullable: true);
        migrationBuilder.AddColumn<Guid>("LockedBy", "Accounts", nullable: true);
        migrationBuilder.AddColumn<string>("LockReason", "Accounts", nullable: true);
        migrationBuilder.AddColumn<string>("LockProposal", "Accounts", nullable: true);
        migrationBuilder.CreateTable(
            "Invitations",
            t => new
            {
                Id = t.Column<Guid>(nullable: false),
                Kind = t.Column<string>(maxLength: 20, nullable: false),
                Email = t.Column<string>(maxLength: Account.LongestEmail, nullable: false),
                Role = t.Column<string>(nullable: false),
                ConsortiumId = t.Column<Guid>(nullable: true),
                MemberId = t.Column<Guid>(nullable: true),
                WorksInSales = t.Column<bool>(nullable: false),
                AccountId = t.Column<Guid>(nullable: true),
                InvitedBy = t.Column<Guid>(nullable: false),
                Controllers = t.Column<string>(nullable: false),
                InvitedAt = t.Column<DateTime>(nullable: false),
                ExpiresAt = t.Column<DateTime>(nullable: false),
                SecretHash = t.Column<string>(maxLength: LinkToken.HashLength, nullable: false),
                Needs = t.Column<string>(maxLength: 20, nullable: false),
                ConsentedBy = t.Column<Guid>(nullable: true),
            },
            constraints: t => t.PrimaryKey("PK_Invitations", x => x.Id));
        migrationBuilder.CreateIndex("IX_Invitations_SecretHash", "Invitations", "SecretHash", unique: true);
        migrationBuilder.CreateIndex("IX_Invitations_ConsortiumId", "Invitations", "ConsortiumId");
        migrationBuilder.CreateIndex("IX_Invitations_InvitedBy", "Invitations", "InvitedBy");
        migrationBuilder.CreateTable(
            "FirmCodes",
            t => new
            {
                MemberId = t.Column<Guid>(nullable: false),
                Hash = t.Column<string>(maxLength: LinkToken.HashLength, nullable: false),
                IssuedBy = t.Column<Guid>(nullable: false),
                Controllers = t.Column<string>(nullable: false),
                IssuedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_FirmCodes", x => x.MemberId));
        migrationBuilder.CreateTable(
            "Attempts",
            t => new
            {
                Subject = t.Column<string>(maxLength: LinkToken.HashLength, nullable: false),
                Network = t.Column<string>(maxLength: LinkToken.HashLength, nullable: false),
                Failures = t.Column<int>(nullable: false),
                LastAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_Attempts", x => new { x.Subject, x.Network }));
        migrationBuilder.CreateIndex("IX_Attempts_LastAt", "Attempts", "LastAt");
        migrationBuilder.CreateTable(
            "KnownNetworks",
            t => new
            {
                AccountId = t.Column<Guid>(nullable: false),
                Network = t.Column<string>(maxLength: LinkToken.HashLength, nullable: false),
                UsedAt = t.Column<DateTime>(nullable: false),
            },
            constraints: t => t.PrimaryKey("PK_KnownNetworks", x => new { x.AccountId, x.Network }));
    }
}
