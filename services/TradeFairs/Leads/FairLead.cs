using ExportConsortia.Contracts;

namespace ExportConsortia.TradeFairs.Leads;

/// <summary>
/// What somebody captured at the stand. It is the consortium's: capturing gives no right to it. The firm whose people captured it and the
/// clean team read it; a lead of the consortium's own people only the clean team.
/// </summary>
internal sealed class FairLead
{
    public const int LongestCompany = 200;
    public const int LongestText = 120;
    public const int LongestNote = 1000;
    public const int MostProducts = 50;

    /// <summary>Made by the device that captured it: sent again it is the same lead.</summary>
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid EditionId { get; init; }

    /// <summary>The firm whose people captured it; null: the consortium's own.</summary>
    public Guid? MemberId { get; init; }

    /// <summary>The account that captured it.</summary>
    public required Guid CapturedBy { get; init; }

    public required string Company { get; init; }

    public string? Site { get; init; }

    /// <summary>ISO 3166-1 alpha-2 code.</summary>
    public string? Country { get; init; }

    /// <summary>The person, until Marketing has it: then it is kept, corrected and erased in one place only.</summary>
    public FairPerson? Person { get; private set; }

    public List<string> ProductCodes { get; init; } = [];

    public string? Note { get; private set; }

    /// <summary>By the clock of the device, UTC.</summary>
    public required DateTime CapturedAt { get; init; }

    public required DateTime ReceivedAt { get; init; }

    /// <summary>Version of the text that the person agreed to; null: no person, or the person took it back.</summary>
    public string? ConsentTextVersion { get; set; }

    /// <summary>When the person took the consent back or was erased, UTC: nothing of the person is kept, here or in Marketing.</summary>
    public DateTime? ConsentWithdrawnAt { get; private set; }

    /// <summary>What the card says, as a hash: sent again with something else it is no repetition.</summary>
    public string ContentHash { get; private set; } = "";

    /// <summary>The lead in Marketing; null: it is on its way.</summary>
    public Guid? LeadId { get; private set; }

    public long Version { get; set; }

    /// <summary>Takes the person's data in, at once.</summary>
    public FairLead With(FairPerson? person, string? note, string contentHash)
    {
        (Person, Note, ContentHash) = (person, note, contentHash);
        return this;
    }

    /// <summary>
    /// The person took the consent back: what was said of it and by it goes from here. False if that was known. What Marketing keeps goes by the
    /// event, which follows when it is known to have the lead.
    /// </summary>
    public bool WithdrawConsent(DateTime now)
    {
        if (ConsentWithdrawnAt is not null)
        {
            return false;
        }

        (Person, Note, ConsentTextVersion, ContentHash, ConsentWithdrawnAt) = (null, null, null, "", now);
        Version++;
        return true;
    }

    /// <summary>What Marketing is to be told: that the consent was taken back; null if it wasn't, or isn't known to have the lead.</summary>
    public FairConsentWithdrawn? Withdrawal() => ConsentWithdrawnAt is { } at && LeadId is { } lead
        ? new(ConsortiumId, EditionId, Id, lead, at) : null;

    /// <summary>Marketing keeps it: what was said of the person and by it goes from here.</summary>
    public void Kept(Guid leadId, bool personKept)
    {
        LeadId = leadId;
        (Person, Note) = personKept ? (null, null) : (Person, Note);
        Version++;
    }
}

/// <summary>A person, as on a business card.</summary>
/// <param name="Name">1 to 120 characters.</param>
/// <param name="JobTitle">What the person is there.</param>
/// <param name="Email">The address.</param>
/// <param name="Phone">A telephone number.</param>
/// <param name="Language">Language code.</param>
/// <param name="ConsentAt">When the person agreed, UTC, by the clock of the device.</param>
internal sealed record FairPerson(string Name, string? JobTitle, string? Email, string? Phone, string? Language, DateTime ConsentAt);

/// <summary>
/// What became of a lead, as Marketing says it, in whatever order: which fair it came from, which firm has it, what it was worth as an order. The
/// clean team and that firm read it.
/// </summary>
internal sealed class LeadTrace
{
    /// <summary>Marketing's lead.</summary>
    public required Guid LeadId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>The edition that it came from; null: from no fair, as far as we know.</summary>
    public Guid? EditionId { get; set; }

    /// <summary>When it first came from the fair, UTC.</summary>
    public DateTime? CameAt { get; set; }

    /// <summary>The firm that has it.</summary>
    public Guid? MemberId { get; private set; }

    /// <summary>Since when that is so, UTC; without a firm, since when nobody has it.</summary>
    public DateTime? AssignedAt { get; private set; }

    /// <summary>What it is worth as an order, in minor units of <see cref="WonCurrency"/>.</summary>
    public long? WonMinor { get; private set; }

    /// <summary>ISO 4217 code; null: the consortium's base currency.</summary>
    public string? WonCurrency { get; private set; }

    public DateTime? WonAt { get; private set; }

    /// <summary>The latest epoch of Marketing's store in which it said something of the lead.</summary>
    public long Epoch { get; private set; }

    public long Version { get; set; }

    /// <summary>What Marketing says now is of this epoch: nothing that it said in an older one counts beside it.</summary>
    public void Enter(long epoch)
    {
        if (epoch > Epoch)
        {
            (EditionId, CameAt, MemberId, AssignedAt, WonMinor, WonCurrency, WonAt) = (null, null, null, null, null, null, null);
            Epoch = epoch;
            Version++;
        }
    }

    /// <summary>It came from a fair; the first one counts.</summary>
    public void CameFrom(Guid editionId, DateTime at)
    {
        (EditionId, CameAt) = (EditionId ?? editionId, CameAt ?? at);
        Version++;
    }

    /// <summary>A firm has it. What happened earlier than what is known changes nothing.</summary>
    public void Assigned(Guid memberId, DateTime at)
    {
        if (AssignedAt is null || at >= AssignedAt)
        {
            (MemberId, AssignedAt) = (memberId, at);
            Version++;
        }
    }

    /// <summary>It went back to the pool: no firm has it, unless it was assigned again since.</summary>
    public void Returned(DateTime at)
    {
        if (AssignedAt is null || at >= AssignedAt)
        {
            (MemberId, AssignedAt) = (null, at);
            Version++;
        }
    }

    /// <summary>It became an order.</summary>
    public void Won(Guid? memberId, long valueMinor, string? currency, DateTime at)
    {
        if (WonAt is null || at >= WonAt)
        {
            (WonMinor, WonCurrency, WonAt, MemberId) = (valueMinor, currency, at, memberId ?? MemberId);
            Version++;
        }
    }
}
