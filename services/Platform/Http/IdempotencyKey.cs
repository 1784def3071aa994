namespace ExportConsortia.Platform.Http;

/// <summary>The answer to a caller's <c>Idempotency-Key</c> (F-E4), kept for 7 days.</summary>
public sealed class IdempotencyKey
{
    /// <summary>The account that sent the key: keys of others never collide with it.</summary>
    public required Guid CallerId { get; init; }

    /// <summary>The key as sent, at most 200 characters.</summary>
    public required string Key { get; init; }

    /// <summary>The request as a hash under <see cref="AnswerSecret"/>: a reader of the database can't guess the request.</summary>
    public required string RequestHash { get; init; }

    /// <summary>The answer's status code.</summary>
    public required int Status { get; init; }

    /// <summary>The answer's headers that matter, as JSON.</summary>
    public required string Headers { get; init; }

    /// <summary>The answer's body, sealed by <see cref="AnswerSecret"/>.</summary>
    public required byte[] Body { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTime CreatedAt { get; init; }
}
