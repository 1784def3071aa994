using System.Text.Json.Serialization;

namespace ExportConsortia.Marketing.Campaigns;

/// <summary>Where a campaign stands.</summary>
public enum CampaignState
{
    /// <summary>The manager prepares it.</summary>
    Draft,

    /// <summary>Its messages go out.</summary>
    Sending,

    /// <summary>Every recipient was dealt with.</summary>
    Sent,

    /// <summary>The manager stopped it: who had not got it doesn't.</summary>
    Stopped,
}

/// <summary>By which key member firms share a budget.</summary>
public enum CostKey
{
    /// <summary>All alike.</summary>
    Equal,

    /// <summary>In proportion to their turnover, which the manager states.</summary>
    Turnover,

    /// <summary>By weights that they agreed on.</summary>
    Custom,
}

/// <summary>A message to buyers' people who agreed to get such messages, and what it costs. Only the clean team reads it.</summary>
internal sealed class Campaign
{
    public const int LongestName = 120;
    public const int LongestText = 10_000;

    /// <summary>The most that a campaign may cost, in minor units.</summary>
    public const long MostBudgetMinor = 1_000_000_000_000;

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required string Name { get; set; }

    public required string Subject { get; set; }

    public required string Text { get; set; }

    /// <summary>Only buyers of these countries; empty: all.</summary>
    public List<string> Countries { get; set; } = [];

    /// <summary>Only people who are written to in this language; null: all.</summary>
    public string? Language { get; set; }

    public CampaignState State { get; set; }

    /// <summary>In minor units of the consortium's base currency.</summary>
    public long BudgetMinor { get; set; }

    public CostKey Key { get; set; }

    /// <summary>Who stated the budget and its key, and who approved it; null: nobody since this is kept.</summary>
    public BudgetDecision? Budget { get; set; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? StartedAt { get; set; }

    /// <summary>The manager who started it; null: nobody, or it was before this was kept.</summary>
    public Guid? StartedBy { get; set; }

    public DateTime? FinishedAt { get; set; }

    public long Version { get; set; }

    /// <summary>One person doesn't spend the firms' money: nothing starts until a second one approved the budget and who bears it .</summary>
    public Refusal? RefuseBudget() => BudgetMinor == 0 || Budget?.ApprovedAt is not null
        ? null
        : new("BUDGET_NOT_APPROVED", "The budget and who bears it wait for a second person's approval.");

    /// <summary>What was sent and what was agreed doesn't change.</summary>
    public Refusal? RefuseChange() =>
        State == CampaignState.Draft ? null : new("CAMPAIGN_STARTED", "The campaign has started: its text, audience and budget stay as they are.");
}

/// <summary>Who decided what a campaign costs and who bears it.</summary>
/// <param name="By">Account of the manager who stated it.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">Why, such as the board's vote.</param>
internal sealed record BudgetDecision(Guid By, DateTime At, string Reason)
{
    /// <summary>The accounts that could have made the manager's account alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Guid>? Controllers { get; init; }

    /// <summary>Account of the second person; null: it waits for one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? ApprovedBy { get; init; }

    /// <summary>When, UTC.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? ApprovedAt { get; init; }
}

/// <summary>What one member firm bears of a campaign's budget; it reads its own.</summary>
internal sealed class CampaignShare
{
    public required Guid CampaignId { get; init; }

    public required Guid MemberId { get; init; }

    public required Guid ConsortiumId { get; init; }

    /// <summary>1 for equal shares; turnover in minor units; or what was agreed.</summary>
    public long Weight { get; set; }

    public long AmountMinor { get; set; }
}

/// <summary>What became of a message.</summary>
public enum DeliveryState
{
    /// <summary>It waits.</summary>
    Queued,

    /// <summary>It is being handed to the mail server.</summary>
    Sending,

    /// <summary>The mail server took it.</summary>
    Sent,

    /// <summary>It was not sent, or nobody knows whether it was: it isn't sent again.</summary>
    Failed,

    /// <summary>The person wants no more of them: before it was sent, or by its link.</summary>
    Unsubscribed,
}

/// <summary>Why a message failed.</summary>
public enum DeliveryFailure
{
    /// <summary>The mail server refused the address or the message.</summary>
    Refused,

    /// <summary>The mail server put it off too often.</summary>
    PutOff,

    /// <summary>The address is unusable.</summary>
    NoAddress,

    /// <summary>The platform or the connection ended meanwhile: it may have arrived.</summary>
    Interrupted,
}

/// <summary>
/// A person who gets a campaign's message, once. The address is not kept here: it is the contact's at the moment of sending, so that what was erased
/// or withdrawn meanwhile counts.
/// </summary>
internal sealed class CampaignRecipient
{
    /// <summary>How often a message that the server puts off is tried.</summary>
    public const int MostAttempts = 5;

    private static readonly TimeSpan Later = TimeSpan.FromMinutes(10);

    public required Guid Id { get; init; }

    public required Guid ConsortiumId { get; init; }

    public required Guid CampaignId { get; init; }

    public required Guid BuyerId { get; init; }

    public required Guid ContactId { get; init; }

    public DeliveryState State { get; set; }

    public DeliveryFailure? Failure { get; set; }

    /// <summary>SHA-256 of the token in its link to unsubscribe; from the moment of sending.</summary>
    public string? TokenHash { get; set; }

    public int Attempts { get; set; }

    public required DateTime QueuedAt { get; init; }

    /// <summary>Queued: tried from then on. Sending: by then it is done, or was interrupted. Else null.</summary>
    public DateTime? DueAt { get; set; }

    public DateTime? SentAt { get; set; }

    public long Version { get; set; }

    /// <summary>From now on it counts as handed over, whatever happens: nobody sends it a second time.</summary>
    public void Take(string tokenHash, DateTime now)
    {
        (State, TokenHash, DueAt) = (DeliveryState.Sending, tokenHash, now + Later);
        Attempts++;
        Version++;
    }

    public void End(DeliveryState state, DateTime now, DeliveryFailure? failure = null)
    {
        (State, Failure, DueAt) = (state, failure, null);
        SentAt = state == DeliveryState.Sent ? now : SentAt;
        Version++;
    }

    /// <summary>The server wants it later: surely it was not delivered.</summary>
    public void PutOff(DateTime now)
    {
        if (Attempts >= MostAttempts)
        {
            End(DeliveryState.Failed, now, DeliveryFailure.PutOff);
            return;
        }

        (State, DueAt) = (DeliveryState.Queued, now + Later);
        Version++;
    }
}
