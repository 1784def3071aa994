using System.Text.Json.Serialization;

namespace ExportConsortia.Marketing.Leads;

/// <summary>Where a lead stands.</summary>
internal enum LeadState
{
    /// <summary>Nobody has it.</summary>
    Pool,

    /// <summary>A firm has it and must make contact .</summary>
    Assigned,

    /// <summary>The firm has made contact.</summary>
    Contacted,

    /// <summary>A quotation is out.</summary>
    Quoted,

    /// <summary>It became an order.</summary>
    Won,

    /// <summary>It comes to nothing.</summary>
    Lost,

    /// <summary>From a fair, of a firm that has as many in the pool as it can: it enters the pool when others leave it.</summary>
    Waiting,
}

/// <summary>A buyer's interest: common property of the consortium until it is assigned to a member firm.</summary>
internal sealed class Lead
{
    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid BuyerId { get; set; }

    /// <summary>The contact at the buyer who asked.</summary>
    public Guid? ContactId { get; set; }

    /// <summary>Where it comes from, such as <c>Catalogue</c>, <c>Fair</c>, <c>Member</c> or <c>Manager</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Codes of the products that the buyer asked for.</summary>
    public List<string> ProductCodes { get; set; } = [];

    /// <summary>What the buyer wrote.</summary>
    public string? Message { get; set; }

    /// <summary>ISO 3166-1 alpha-2 code of the buyer's country.</summary>
    public string? Country { get; set; }

    /// <summary>What it may be worth, in minor units of the consortium's base currency; 0 or more.</summary>
    public long ValueMinor { get; set; }

    public LeadState State { get; set; }

    /// <summary>The campaign that it came from, if the manager says so.</summary>
    public Guid? CampaignId { get; set; }

    /// <summary>The member firm that has it; rows of the member filter.</summary>
    public Guid? MemberId { get; set; }

    public DateTime? AssignedAt { get; set; }

    public DateTime? ContactedAt { get; set; }

    public required DateTime ArrivedAt { get; init; }

    /// <summary>The firm that captured it, of its own finds.</summary>
    public Guid? FoundBy { get; init; }

    /// <summary>Of a lead from a fair: the firm that captured it first. That gives it no right to it; so many of each are in the pool.</summary>
    public Guid? CapturedFor { get; init; }

    /// <summary>In the pool: to be assigned before this instant. Assigned: to be contacted before it .</summary>
    public DateTime? DueAt { get; set; }

    /// <summary>Assigned: without contact it goes back to the pool at this instant .</summary>
    public DateTime? ReturnAt { get; set; }

    /// <summary>What a won lead is worth, in minor units of <see cref="WonCurrency"/>.</summary>
    public long? WonMinor { get; set; }

    /// <summary>Of a lead that was won by a quotation: the quotation's currency. Null: the base currency, as the firm stated it.</summary>
    public string? WonCurrency { get; set; }

    /// <summary>Each time that it was captured.</summary>
    public List<LeadCapture> Captures { get; set; } = [];

    /// <summary>What happened to it.</summary>
    public List<LeadNote> Notes { get; set; } = [];

    public long Version { get; set; }

    /// <summary>Where a firm's own finds come from.</summary>
    public const string OfMember = "Member";

    /// <summary>The most products of a lead.</summary>
    public const int MostProducts = 50;

    /// <summary>The most that a lead may be worth, in minor units.</summary>
    public const long MostValueMinor = 1_000_000_000_000_000;

    /// <summary>The longest note or reason, in characters.</summary>
    public const int LongestNote = 1000;

    private const int MostCaptures = 50;
    private const int MostNotes = 300;

    /// <summary>Nothing more is to be done about it.</summary>
    public bool IsClosed => State is LeadState.Won or LeadState.Lost;

    /// <summary>The buyer was captured again with the same interest: the same lead, which notes it.</summary>
    public void Capture(LeadCapture capture)
    {
        var captures = Captures.Append(capture).ToList();
        if (captures.Count > MostCaptures)
        {
            // However often one firm captures it, what the buyer and the others said stays.
            captures.RemoveAt(captures.FindIndex(c => c.Firm == capture.Firm));
        }

        Captures = captures;
        ProductCodes = [.. ProductCodes.Union(capture.ProductCodes).Take(MostProducts)];
        ContactId ??= capture.ContactId;
        Message ??= capture.Message;
        Version++;
    }

    /// <summary>
    /// What a firm may read of how it came in: its own captures, the buyer's own words and what the manager noted. What another firm's people wrote
    /// down is that firm's, whoever has the lead; so is that they met the buyer, and when.
    /// </summary>
    public IEnumerable<LeadCapture> CapturesFor(Guid? memberId) => Captures.Where(c =>
        (c.Firm ?? (c.Source == OfMember ? FoundBy : null)) is { } firm
            ? firm == memberId : c.Fair is not { FairLeadId: not null, ByManager: false });

    /// <summary>True: it came from this fair, or from none. Two fairs that a buyer goes to are two interests, however near they are.</summary>
    public bool IsOf(Guid? fairEditionId) => Captures.TrueForAll(c => c.Fair is null || c.Fair.EditionId == fairEditionId);

    /// <summary>Which campaign brought it; null: none.</summary>
    public void CameFrom(Guid? campaignId)
    {
        if (CampaignId != campaignId)
        {
            CampaignId = campaignId;
            Version++;
        }
    }

    /// <summary>There is room in the pool for it now, or others have met the buyer too.</summary>
    public void Enter(DateTime assignBy)
    {
        (State, DueAt) = (LeadState.Pool, assignBy);
        Version++;
    }

    /// <summary>A firm has it now.</summary>
    public void Assign(Guid memberId, DateTime contactBy, DateTime returnAt, DateTime now)
    {
        (State, MemberId, AssignedAt, ContactedAt, DueAt, ReturnAt) = (LeadState.Assigned, memberId, now, null, contactBy, returnAt);
        Note(LeadNoteKind.Assigned, memberId, null, now);
    }

    /// <summary>Back to the pool.</summary>
    public void Return(DateTime assignBy, string? reason, DateTime now)
    {
        Note(LeadNoteKind.Returned, MemberId, reason, now);
        (State, MemberId, AssignedAt, ContactedAt, DueAt, ReturnAt) = (LeadState.Pool, null, null, null, assignBy, null);
    }

    /// <summary>Of a full pool: nobody took it up in time, and it makes room for later ones.</summary>
    public void MakeRoom(DateTime now)
    {
        (State, DueAt) = (LeadState.Lost, null);
        Note(LeadNoteKind.Lost, null, "The pool was full and nobody had taken it up.", now);
    }

    /// <summary>The firm made contact, or says what came of it.</summary>
    public void Work(LeadState state, string? text, DateTime now)
    {
        ContactedAt ??= now;
        (State, DueAt, ReturnAt) = (state, null, null);
        Note(Enum.Parse<LeadNoteKind>(state.ToString()), MemberId, text, now);
    }

    public void Note(LeadNoteKind kind, Guid? memberId, string? text, DateTime now)
    {
        var notes = Notes.Append(new(kind, now, memberId, text)).ToList();
        if (notes.Count > MostNotes)
        {
            // However often a firm says that it telephoned, what was decided about the lead stays.
            notes.RemoveAt(Math.Max(0, notes.FindIndex(n => n.Kind == LeadNoteKind.Contacted)));
        }

        Notes = notes;
        Version++;
    }

    /// <summary>What a person said at a fair goes: it took its consent back.</summary>
    public void ForgetSaid(LeadCapture capture)
    {
        Message = Message == capture.Message ? null : Message;
        Captures = Captures.ConvertAll(c => c == capture ? c with { Message = null } : c);
        Version++;
    }

    /// <summary>A person's data were erased: so is what the person wrote, and what firms wrote about talking to it.</summary>
    public void Forget(Guid contactId)
    {
        if (ContactId != contactId && !Captures.Exists(c => c.ContactId == contactId))
        {
            return;
        }

        Message = ContactId == contactId ? null : Message;
        Captures = Captures.ConvertAll(c => c.ContactId == contactId ? c with { Message = null } : c);
        Notes = Notes.ConvertAll(n => n.Kind is LeadNoteKind.Contacted or LeadNoteKind.Quoted ? n with { Text = null } : n);
        Version++;
    }
}

/// <summary>A lead was captured.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Source">Where.</param>
/// <param name="By">The account that captured it; null: the buyer itself, by the request form.</param>
/// <param name="ContactId">The contact who asked.</param>
/// <param name="ProductCodes">What was asked for.</param>
/// <param name="Message">What the buyer wrote.</param>
internal sealed record LeadCapture(DateTime At, string Source, Guid? By, Guid? ContactId, IReadOnlyList<string> ProductCodes, string? Message)
{
    /// <summary>The firm whose people captured it; null: the manager's or nobody's. Older ones don't say it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? Firm { get; init; }

    /// <summary>The fair that it came from; null: from none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CaptureAtFair? Fair { get; init; }
}

/// <summary>A capture came from a fair.</summary>
/// <param name="EditionId">The edition.</param>
/// <param name="FairLeadId">What was captured at the stand; null: the buyer asked by itself.</param>
/// <param name="ConsentAt">When the person agreed there, UTC; null: nobody did.</param>
internal sealed record CaptureAtFair(Guid EditionId, Guid? FairLeadId, DateTime? ConsentAt)
{
    /// <summary>True: the manager captured it at the stand. Of older ones nobody knows whether the manager or a firm did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ByManager { get; init; }
}

/// <summary>What a note of a lead's history says.</summary>
internal enum LeadNoteKind
{
    Assigned,
    Returned,
    Contacted,
    Quoted,
    Won,
    Lost,
    Changed,
}

/// <summary>An entry of a lead's history.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, UTC.</param>
/// <param name="MemberId">The firm that it happened to or that did it.</param>
/// <param name="Text">Reason or note.</param>
internal sealed record LeadNote(LeadNoteKind Kind, DateTime At, Guid? MemberId, string? Text);
