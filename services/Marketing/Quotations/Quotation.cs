using ExportConsortia.Contracts;

namespace ExportConsortia.Marketing.Quotations;

/// <summary>Where a quotation stands.</summary>
public enum QuotationState
{
    /// <summary>The manager prepares it.</summary>
    Draft,

    /// <summary>Firms are asked for their prices.</summary>
    Asking,

    /// <summary>The prices are open: a version can be issued.</summary>
    Priced,

    /// <summary>A version is with the buyer.</summary>
    Issued,

    /// <summary>The buyer accepted a version: it is an order now.</summary>
    Accepted,

    /// <summary>The buyer refused the last version.</summary>
    Refused,

    /// <summary>The manager took the last version back.</summary>
    Withdrawn,

    /// <summary>The last version was not answered in time.</summary>
    Expired,
}

/// <summary>
/// What the consortium offers a buyer, in versions. The prices of a version are composed from the firms' sealed prices; only the clean team sees them
/// . At most one version is with the buyer at a time.
/// </summary>
internal sealed class Quotation
{
    public const int MostLines = 100;

    public const int MostRounds = 20;

    public const int MostVersions = 50;

    private const string Accepted = "The buyer has accepted this quotation.";

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>For example <c>Q-2026-0001</c>, without gaps in a year (F-E5).</summary>
    public required string Number { get; init; }

    public required Guid BuyerId { get; init; }

    public Guid? LeadId { get; init; }

    public required string BuyerName { get; init; }

    public required string BuyerCountry { get; init; }

    public QuotationState State { get; private set; }

    /// <summary>ISO 4217 code, which never changes: the firms' prices are in it.</summary>
    public required string Currency { get; init; }

    public string? Incoterm { get; private set; }

    public string? NamedPlace { get; private set; }

    public DateOnly? DeliverFrom { get; private set; }

    public DateOnly? DeliverUntil { get; private set; }

    /// <summary>What the next version quotes.</summary>
    public List<QuotationLine> Lines { get; private set; } = [];

    public List<QuotationRound> Rounds { get; private set; } = [];

    public List<QuotationVersion> Versions { get; private set; } = [];

    /// <summary>Prices are to be asked for again, and a second person must agree; null: nothing is proposed.</summary>
    public RoundProposal? Proposal { get; private set; }

    /// <summary>When prices close or the version that is with the buyer ends, whichever is first.</summary>
    public DateTime? NextDeadline { get; private set; }

    public required DateTime CreatedAt { get; init; }

    /// <summary>Grows with each change: the entity tag, and the token that lets only one of two simultaneous changes pass.</summary>
    public long Version { get; private set; }

    /// <summary>The round that firms can answer, if any.</summary>
    public QuotationRound? Open => Rounds is [.., { State: QuotationRoundState.Open } last] ? last : null;

    /// <summary>The round whose prices count.</summary>
    public QuotationRound? Opened => Rounds.FindLast(r => r.State == QuotationRoundState.Opened);

    /// <summary>The version that is with the buyer, if any.</summary>
    public QuotationVersion? Live => Versions is [.., { State: VersionState.Issued } last] ? last : null;

    /// <summary>
    /// The manager states what the next version quotes. What was proposed before was to ask for prices of something else: it doesn't count any more.
    /// </summary>
    public Refusal? Write(QuotationTerms terms)
    {
        if (State == QuotationState.Accepted || Open is not null)
        {
            return new(
                "ALREADY_DECIDED",
                State == QuotationState.Accepted ? Accepted : "Firms are asked for their prices of this: wait, or stop asking first.");
        }

        (Lines, Incoterm, NamedPlace) = (terms.Lines, terms.Incoterm, terms.NamedPlace);
        (DeliverFrom, DeliverUntil, Proposal) = (terms.DeliverFrom, terms.DeliverUntil, null);
        Restate();
        return null;
    }

    /// <summary>Why firms can't be asked for prices now; null if they can.</summary>
    public Refusal? CannotAsk() => this switch
    {
        { State: QuotationState.Accepted } => new("ALREADY_DECIDED", Accepted),
        { Open: not null } => new("ALREADY_ASKED", "Firms are asked for prices already: wait, or stop asking first."),
        { Rounds.Count: >= MostRounds } =>
            new("TOO_MANY", $"A quotation has at most {MostRounds} rounds of prices; open a new quotation."),
        _ => null,
    };

    /// <summary>Asks firms for sealed prices; they replace those of an earlier round when they are open.</summary>
    public Refusal? Ask(QuotationRound round)
    {
        var refusal = CannotAsk();
        if (refusal is null)
        {
            (Rounds, Proposal) = ([.. Rounds, round], null);
            Restate();
        }

        return refusal;
    }

    /// <summary>Proposes to ask for prices again, in place of an earlier proposal; null: takes it back.</summary>
    public void Propose(RoundProposal? proposal)
    {
        Proposal = proposal;
        Version++;
    }

    /// <summary>A firm answered: nobody else's change may pass at the same moment.</summary>
    public void Answered() => Version++;

    /// <summary>The open round is opened: at its deadline, or because every firm has answered.</summary>
    public void OpenPrices(DateTime now) => EndRound(QuotationRoundState.Opened, now);

    /// <summary>A new version goes out; the former one ends.</summary>
    public Refusal? Issue(QuotationVersion version)
    {
        if (State == QuotationState.Accepted)
        {
            return new("ALREADY_DECIDED", Accepted);
        }

        if (Versions.Count >= MostVersions)
        {
            return new("TOO_MANY", $"A quotation has at most {MostVersions} versions; open a new quotation.");
        }

        EndLive(v => v with { State = VersionState.Superseded });
        Versions = [.. Versions, version];
        Restate();
        return null;
    }

    /// <summary>The manager takes back what is out: the version that is with the buyer, and the question for prices.</summary>
    public Refusal? Withdraw(string reason, DateTime now)
    {
        if (State == QuotationState.Accepted || (Live is null && Open is null))
        {
            return new("ALREADY_DECIDED", State == QuotationState.Accepted ? Accepted : "Nothing is out that could be taken back.");
        }

        EndLive(v => v with { State = VersionState.Withdrawn, EndedAt = now, Reason = reason });
        if (Open is not null)
        {
            EndRound(QuotationRoundState.Cancelled, now);
        }

        Restate();
        return null;
    }

    /// <summary>The buyer accepts a version, pinned by the hash of what was read. Accepting again changes nothing.</summary>
    /// <returns>Why not; null if it is accepted, and the event if that is new.</returns>
    public (Refusal? Refusal, QuotationAccepted? Event) Accept(int number, string contentHash, string name, DateTime now)
    {
        var version = Versions[number - 1];
        if (!version.ContentHash.Equals(contentHash, StringComparison.OrdinalIgnoreCase))
        {
            return (new("CONTENT_CHANGED", "What you accept is not what is quoted here: read the quotation again."), null);
        }

        if (version.State == VersionState.Accepted)
        {
            return (null, null);
        }

        if (CannotBeAnswered(version, now) is { } refusal)
        {
            return (refusal, null);
        }

        EndLive(v => v with { State = VersionState.Accepted, EndedAt = now, AnsweredBy = name });
        Proposal = null;
        if (Open is not null)
        {
            EndRound(QuotationRoundState.Cancelled, now);
        }

        Restate();
        var content = version.Read();
        return (null, new(
            ConsortiumId, Id, Number, number, version.ContentHash, content.Buyer, content.BuyerCountry, content.Currency, content.Incoterm,
            content.NamedPlace, content.DeliverFrom, content.DeliverUntil,
            [.. content.Lines.Select(l => new QuotedLine(l.LineId, l.ProductCode, l.ProductName, l.Quantity, l.Unit, l.UnitPriceMinor))], now));
    }

    /// <summary>The buyer refuses a version. Refusing again changes nothing.</summary>
    public Refusal? Refuse(int number, string? reason, DateTime now)
    {
        var version = Versions[number - 1];
        if (version.State == VersionState.Refused)
        {
            return null;
        }

        if (CannotBeAnswered(version, now) is { } refusal)
        {
            return refusal;
        }

        EndLive(v => v with { State = VersionState.Refused, EndedAt = now, Reason = reason });
        Restate();
        return null;
    }

    /// <summary>Ends the version that was not answered in time. False: nothing is late.</summary>
    public bool Expire(DateTime now)
    {
        if (Live is not { } live || now < live.ValidUntil)
        {
            return false;
        }

        EndLive(v => v with { State = VersionState.Expired, EndedAt = v.ValidUntil });
        Restate();
        return true;
    }

    private static Refusal? CannotBeAnswered(QuotationVersion version, DateTime now) => version.State switch
    {
        VersionState.Issued when now < version.ValidUntil => null,
        VersionState.Issued or VersionState.Expired => new("OFFER_EXPIRED", $"This was valid until {version.ValidUntil:yyyy-MM-dd HH:mm:ss} UTC."),
        VersionState.Superseded => new("ALREADY_DECIDED", "A newer version has replaced this one."),
        VersionState.Withdrawn => new("ALREADY_DECIDED", "This was withdrawn."),
        _ => new("ALREADY_DECIDED", "This was answered already."),
    };

    private void EndLive(Func<QuotationVersion, QuotationVersion> end)
    {
        if (Live is { } live)
        {
            Versions = [.. Versions[..^1], end(live)];
        }
    }

    private void EndRound(QuotationRoundState state, DateTime now)
    {
        Rounds = [.. Rounds[..^1], Rounds[^1] with { State = state, EndedAt = now }];
        Restate();
    }

    private void Restate()
    {
        Version++;
        NextDeadline = (Open?.ClosesAt, Live?.ValidUntil) switch
        {
            ({ } closes, { } ends) => closes < ends ? closes : ends,
            var (closes, ends) => closes ?? ends,
        };
        State = (Live, Open, Versions.LastOrDefault()) switch
        {
            ({ }, _, _) => QuotationState.Issued,
            (_, _, { State: VersionState.Accepted }) => QuotationState.Accepted,
            (_, { }, _) => QuotationState.Asking,
            (_, _, { } last) when Opened is null || Opened.EndedAt <= last.IssuedAt => last.State switch
            {
                VersionState.Refused => QuotationState.Refused,
                VersionState.Expired => QuotationState.Expired,
                _ => QuotationState.Withdrawn,
            },
            _ when Opened is not null => QuotationState.Priced,
            _ => QuotationState.Draft,
        };
    }
}

/// <summary>What the next version of a quotation quotes.</summary>
internal sealed record QuotationTerms(
    List<QuotationLine> Lines, string? Incoterm, string? NamedPlace, DateOnly? DeliverFrom, DateOnly? DeliverUntil);

/// <summary>A product that is quoted. Each product has one line.</summary>
/// <param name="LineId">1, 2, 3 …</param>
/// <param name="Product">The consortium's product code.</param>
/// <param name="ProductName">Its name in the consortium's list.</param>
/// <param name="Quantity">How many of <paramref name="Unit"/>, 1 or more.</param>
/// <param name="Unit">UN/ECE code of the product's unit.</param>
public sealed record QuotationLine(string LineId, string Product, string ProductName, long Quantity, string Unit);
