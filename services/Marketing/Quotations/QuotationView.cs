namespace ExportConsortia.Marketing.Quotations;

/// <summary>A quotation as the clean team sees it. A firm's price is in it only once the service has opened it (F-C4).</summary>
public sealed record QuotationView
{
    /// <summary>The quotation.</summary>
    public required Guid QuotationId { get; init; }

    /// <summary>Its number, without gaps in a year; also the number of the order that it becomes.</summary>
    public required string Number { get; init; }

    /// <summary>Where it stands.</summary>
    public required QuotationState State { get; init; }

    /// <summary>The buyer.</summary>
    public required Guid BuyerId { get; init; }

    /// <summary>The buyer's name.</summary>
    public required string Buyer { get; init; }

    /// <summary>ISO 3166-1 alpha-2 code of the buyer's country.</summary>
    public required string BuyerCountry { get; init; }

    /// <summary>The lead that it comes from.</summary>
    public Guid? LeadId { get; init; }

    /// <summary>ISO 4217 code of all prices.</summary>
    public required string Currency { get; init; }

    /// <summary>The delivery term of the next version.</summary>
    public string? Incoterm { get; init; }

    /// <summary>Its place.</summary>
    public string? NamedPlace { get; init; }

    /// <summary>First day of the delivery window.</summary>
    public DateOnly? DeliverFrom { get; init; }

    /// <summary>Last day of the delivery window, inclusive.</summary>
    public DateOnly? DeliverUntil { get; init; }

    /// <summary>What the next version quotes.</summary>
    public required IReadOnlyList<QuotationLine> Lines { get; init; }

    /// <summary>Every round in which firms were asked for prices, the first one first.</summary>
    public required IReadOnlyList<RoundView> Rounds { get; init; }

    /// <summary>Prices are to be asked for again, and a second person must agree.</summary>
    public ProposalView? Proposal { get; init; }

    /// <summary>Every version, the first one first.</summary>
    public required IReadOnlyList<VersionView> Versions { get; init; }

    /// <summary>When it was opened, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Increases with each change; also the ETag.</summary>
    public required long Version { get; init; }

    /// <summary>A round of prices.</summary>
    /// <param name="RoundId">The round.</param>
    /// <param name="State">Its state.</param>
    /// <param name="AskedAt">When firms were asked, UTC.</param>
    /// <param name="ClosesAt">Deadline, UTC, exclusive.</param>
    /// <param name="EndedAt">When the service opened the prices, UTC, or the manager stopped asking.</param>
    /// <param name="Counts">True: versions are composed from the prices of this round.</param>
    /// <param name="Prices">Each firm that was asked, by product.</param>
    /// <param name="AskedBy">The account of the manager who asked; absent in older rounds.</param>
    /// <param name="ApprovedBy">The account of the second person, if prices had been opened before.</param>
    /// <param name="Reason">Why prices were asked for again.</param>
    public sealed record RoundView(
        Guid RoundId, QuotationRoundState State, DateTime AskedAt, DateTime ClosesAt, DateTime? EndedAt, bool Counts,
        IReadOnlyList<PriceView> Prices, Guid? AskedBy, Guid? ApprovedBy, string? Reason);

    /// <summary>A manager wants to ask for prices again after some were opened.</summary>
    /// <param name="RoundId">The round that it becomes.</param>
    /// <param name="ClosesAt">Its deadline, UTC, exclusive.</param>
    /// <param name="Members">The firms; absent: all that can make the products.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="By">The account of the manager.</param>
    /// <param name="At">When, UTC.</param>
    public sealed record ProposalView(Guid RoundId, DateTime ClosesAt, IReadOnlyList<Guid>? Members, string Reason, Guid By, DateTime At);

    /// <summary>A firm that was asked for its price of a product.</summary>
    /// <param name="PriceId">The question.</param>
    /// <param name="MemberId">The firm.</param>
    /// <param name="Member">Its name.</param>
    /// <param name="Product">The product.</param>
    /// <param name="HasAnswered">True: it has handed in a price or refused; which of them is told once the prices are opened.</param>
    /// <param name="UnitPriceMinor">
    /// Once opened: its price, in minor units of the currency for <paramref name="PerQuantity"/>; absent: refused.
    /// </param>
    /// <param name="PerQuantity">Once opened: how many of <paramref name="Unit"/> the price is for.</param>
    /// <param name="Unit">UN/ECE code of the product's unit.</param>
    /// <param name="Commitment">
    /// Once opened: SHA-256, in hexadecimal, of <c>salt:priceId:unitPriceMinor</c>, followed by <c>:perQuantity</c> if that is not 1; given when the
    /// price was handed in.
    /// </param>
    /// <param name="Salt">Once opened: with it the commitment can be checked.</param>
    public sealed record PriceView(
        Guid PriceId, Guid MemberId, string Member, string Product, bool HasAnswered, long? UnitPriceMinor, long? PerQuantity, string Unit,
        string? Commitment, string? Salt);

    /// <summary>A version.</summary>
    /// <param name="Number">1, 2, 3 …</param>
    /// <param name="State">Where it stands.</param>
    /// <param name="IssuedAt">When, UTC.</param>
    /// <param name="ValidUntil">Until when the buyer could accept, UTC, exclusive.</param>
    /// <param name="EndedAt">When it was answered or ended, UTC.</param>
    /// <param name="Reason">Why it was withdrawn or refused.</param>
    /// <param name="AcceptedBy">Who accepted it, as the person wrote it.</param>
    /// <param name="Content">What it promises the buyer.</param>
    /// <param name="Canonical">The same as it is stored.</param>
    /// <param name="ContentHash">SHA-256 of that in UTF-8, in hexadecimal.</param>
    /// <param name="Changes">The difference to the version before.</param>
    /// <param name="Composition">How its prices came about.</param>
    public sealed record VersionView(
        int Number, VersionState State, DateTime IssuedAt, DateTime ValidUntil, DateTime? EndedAt, string? Reason, string? AcceptedBy,
        QuotationContent Content, string Canonical, string ContentHash, IReadOnlyList<QuotationChange> Changes, Composition Composition);

    /// <summary>The answer of a request that changed it.</summary>
    internal static async Task<Results<Ok<QuotationView>, ProblemHttpResult>> AnswerAsync(
        Quotation quotation, HttpContext http, MarketingDb db, CancellationToken ct)
    {
        EntityTag.Write(http.Response, quotation.Version);
        return TypedResults.Ok(await OfAsync(quotation, db, ct));
    }

    internal static async Task<QuotationView> OfAsync(Quotation quotation, MarketingDb db, CancellationToken ct)
    {
        var prices = quotation.Rounds.Count == 0 ? [] : await db.QuotationPrices.AsNoTracking().Where(p => p.QuotationId == quotation.Id)
            .OrderBy(p => p.AskedAt).ThenBy(p => p.Id).ToListAsync(ct);
        var firms = prices.Count == 0 ? [] : await db.Members.AsNoTracking().Where(m => m.ConsortiumId == quotation.ConsortiumId)
            .ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        var counting = quotation.Opened?.Id;
        return new()
        {
            QuotationId = quotation.Id,
            Number = quotation.Number,
            State = quotation.State,
            BuyerId = quotation.BuyerId,
            Buyer = quotation.BuyerName,
            BuyerCountry = quotation.BuyerCountry,
            LeadId = quotation.LeadId,
            Currency = quotation.Currency,
            Incoterm = quotation.Incoterm,
            NamedPlace = quotation.NamedPlace,
            DeliverFrom = quotation.DeliverFrom,
            DeliverUntil = quotation.DeliverUntil,
            Lines = quotation.Lines,
            Rounds = [.. quotation.Rounds.Select(r => new RoundView(
                r.Id, r.State, r.AskedAt, r.ClosesAt, r.EndedAt, r.Id == counting,
                [.. prices.Where(p => p.RoundId == r.Id).Select(p => Of(p, firms.GetValueOrDefault(p.MemberId, "")))],
                r.AskedBy, r.ApprovedBy, r.Reason))],
            Proposal = quotation.Proposal is { } p ? new(p.Id, p.ClosesAt, p.Members, p.Reason, p.By, p.At) : null,
            Versions = [.. quotation.Versions.Select(v => new VersionView(
                v.Number, v.State, v.IssuedAt, v.ValidUntil, v.EndedAt, v.Reason, v.AnsweredBy, v.Read(), v.Content, v.ContentHash, v.Changes,
                v.Composition))],
            CreatedAt = quotation.CreatedAt,
            Version = quotation.Version,
        };
    }

    private static PriceView Of(QuotationPrice p, string member)
    {
        var isOpen = p.OpenedAt is not null;
        return new(
            p.Id, p.MemberId, member, p.Terms.Product, p.AnsweredAt is not null, p.Price?.Minor, p.Price?.PerQuantity, p.Terms.Unit,
            isOpen ? p.Commitment : null, p.Salt);
    }
}
