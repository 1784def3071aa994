using System.Buffers.Binary;
using System.Security.Cryptography;
using ExportConsortia.Allocation.Offers;
using ExportConsortia.Allocation.SealedPrices;
using ExportConsortia.Platform;
using Microsoft.Extensions.Configuration;

namespace ExportConsortia.Allocation.Tests;

/// <summary>A sealed price: what its row holds, and under which secret.</summary>
public sealed class PriceInvitationTests
{
    private static readonly DateTime Now = new(2027, 3, 1, 8, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void A_sealed_price_reveals_nothing_not_even_its_length()
    {
        var secret = SecretOf(new string('s', 32));
        var (low, high) = (HandedIn(1, secret), HandedIn(1_000_000_000_000, secret));

        Assert.Equal(low.Box!.Length, high.Box!.Length);
        Assert.NotEqual(HandedIn(1, secret).Commitment, low.Commitment);
        Assert.Equal(low.Box!.Length, HandedIn(1, secret, 1_000_000_000).Box!.Length);
        Assert.Equal((new(1), new SealedAmount(1_000_000_000_000)), (low.PriceFor(secret)!.Value, high.PriceFor(secret)!.Value));
        Assert.Equal((null, null, null), (low.UnitPriceMinor, low.Salt, low.OpenedAt));
    }

    [Fact]
    public void A_sealed_price_opens_only_with_its_secret_for_its_invitation_and_unchanged()
    {
        var secret = SecretOf(new string('s', 32));
        var invitation = HandedIn(4200, secret);
        Assert.Contains(
            "Allocation:PriceSecret",
            Assert.Throws<WrongSettingException>(() => invitation.Open(SecretOf(new string('t', 32)), Now)).Message,
            StringComparison.Ordinal);
        Assert.Throws<WrongSettingException>(() => secret.Open(invitation.Box, Guid.CreateVersion7()));
        var changed = invitation.Box!.ToArray();
        changed[^1] ^= 1;
        Assert.Throws<WrongSettingException>(() => secret.Open(changed, invitation.Id));

        invitation.Open(secret, Now);

        Assert.Equal((4200, null, Now), (invitation.UnitPriceMinor!.Value, invitation.Box, invitation.OpenedAt));
        Assert.Equal(PriceInvitation.CommitmentTo(invitation.Salt!, invitation.Id, new(4200)), invitation.Commitment);
        Assert.NotEqual(PriceInvitation.CommitmentTo(invitation.Salt!, invitation.Id, new(4201)), invitation.Commitment);
    }

    [Fact]
    public void A_price_for_many_is_committed_with_its_quantity()
    {
        var secret = SecretOf(new string('s', 32));
        var invitation = HandedIn(4200, secret, 1000);
        var commitment = invitation.Commitment;
        invitation.HandIn(new(4200, 1000), secret, Guid.Empty, Now.AddHours(1));
        Assert.Equal((commitment, Now), (invitation.Commitment, invitation.AnsweredAt));
        invitation.HandIn(new(4200, 100), secret, Guid.Empty, Now.AddHours(1));
        Assert.NotEqual(commitment, invitation.Commitment);

        invitation.Open(secret, Now.AddHours(2));

        Assert.Equal((4200L, 100L, 64), (invitation.UnitPriceMinor!.Value, invitation.PerQuantity!.Value, invitation.Salt!.Length));
        var text = Encoding.UTF8.GetBytes($"{invitation.Salt}:{invitation.Id}:4200:100");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(text)), invitation.Commitment);
    }

    [Fact]
    public void A_price_that_was_sealed_without_a_quantity_is_for_one()
    {
        var secret = SecretOf(new string('s', 32));
        var invitation = HandedIn(1, secret);
        var plain = new byte[40];
        BinaryPrimitives.WriteInt64BigEndian(plain, 4200);
        typeof(PriceInvitation).GetProperty(nameof(PriceInvitation.Box))!.SetValue(invitation, secret.Seal(plain, invitation.Id));

        Assert.Equal(new SealedAmount(4200), invitation.PriceFor(secret));
        invitation.Open(secret, Now);
        Assert.Equal((4200L, null, new string('0', 64)), (invitation.UnitPriceMinor!.Value, invitation.PerQuantity, invitation.Salt));
    }

    [Fact]
    public void A_secret_can_be_changed_while_replicas_run()
    {
        var (old, young) = (new string('s', 32), new string('t', 32));
        var (accepting, changed) = (SecretOf(old, also: young), SecretOf(young, also: old));
        var (before, after) = (HandedIn(4200, accepting), HandedIn(4300, changed));

        Assert.Equal((4200, 4200), (before.PriceFor(accepting)!.Value.Minor, before.PriceFor(changed)!.Value.Minor));
        Assert.Equal((4300, 4300), (after.PriceFor(accepting)!.Value.Minor, after.PriceFor(changed)!.Value.Minor));
        before.HandIn(new(4201), changed, Guid.Empty, Now);
        Assert.Equal(4201, before.PriceFor(SecretOf(young))!.Value.Minor);
        Assert.Null(after.PriceFor(SecretOf(old)));
    }

    [Theory]
    [InlineData(-1, PriceRoundState.Open, null, null)]
    [InlineData(0, PriceRoundState.Open, "SEALED", "OFFER_EXPIRED")]
    [InlineData(-1, PriceRoundState.Closed, "SEALED", "OFFER_EXPIRED")]
    [InlineData(1, PriceRoundState.Opened, "SEALED", "OFFER_EXPIRED")]
    [InlineData(-1, PriceRoundState.Cancelled, "ALREADY_DECIDED", "ALREADY_DECIDED")]
    public void An_answer_is_accepted_only_in_an_open_round_before_the_deadline(int ticks, PriceRoundState state, string? withPrice, string? without)
    {
        var invitation = HandedIn(4200, SecretOf(new string('s', 32)));
        invitation.CopyStateFrom(
            new PriceRound(invitation.RoundId, Guid.CreateVersion7(), 1, OfferKind.Normal, ["1"], 1, Now, invitation.ClosesAt) { State = state });

        Assert.Equal(withPrice, invitation.CannotBeAnswered(invitation.ClosesAt.AddTicks(ticks))?.Code);
        invitation.Refuse(Guid.Empty, Now);
        Assert.Equal(without, invitation.CannotBeAnswered(invitation.ClosesAt.AddTicks(ticks))?.Code);
    }

    [Theory]
    [InlineData("Allocation:PriceSecret is too short", "Allocation:PriceSecret=short")]
    [InlineData("Allocation:PriceSecretAlso is too short", "Allocation:PriceSecretAlso=short")]
    [InlineData("Allocation:PriceSecret is missing", "ConnectionStrings:rabbitmq=amqp://127.0.0.1:1/")]
    public void A_wrong_setting_stops_the_start_with_an_explanation(string sentence, string setting)
    {
        var wrong = Assert.Throws<WrongSettingException>(() => new PriceSecret(Settings(setting)));

        Assert.StartsWith(sentence, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void Embedded_the_secret_is_a_file_that_only_its_owner_reads()
    {
        var folder = Directory.CreateTempSubdirectory("exportconsortia-secret-");
        var settings = Settings($"Data:Folder={folder.FullName}");
        var invitation = HandedIn(4200, new PriceSecret(settings));

        Assert.Equal(4200, invitation.PriceFor(new PriceSecret(settings))!.Value.Minor);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.FullName, "allocation.key")));
        folder.Delete(recursive: true);
    }

    private static PriceInvitation HandedIn(long price, PriceSecret secret, long perQuantity = 1)
    {
        var invitation = new PriceInvitation
        {
            Id = Guid.CreateVersion7(),
            RoundId = Guid.CreateVersion7(),
            OrderId = Guid.CreateVersion7(),
            ConsortiumId = Guid.CreateVersion7(),
            MemberId = Guid.CreateVersion7(),
            LineId = "1",
            Family = "chairs",
            AskedAt = Now,
            ClosesAt = Now.AddHours(48),
            Terms = new OfferTerms { LineId = "1", Product = "TK-12", Unit = "C62", LotSize = 10, MinLot = 0, Currency = "EUR" },
        };
        invitation.HandIn(new(price, perQuantity), secret, Guid.Empty, Now);
        return invitation;
    }

    private static PriceSecret SecretOf(string secret, string? also = null) =>
        new(also is null
            ? Settings($"Allocation:PriceSecret={secret}") : Settings($"Allocation:PriceSecret={secret}", $"Allocation:PriceSecretAlso={also}"));

    private static IConfiguration Settings(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Split('=', 2)[0], (string?)setting.Split('=', 2)[1]))).Build();
}
