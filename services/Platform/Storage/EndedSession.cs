namespace ExportConsortia.Platform.Storage;

/// <summary>A session that ended before its access tokens expired: every service refuses them, with 401 <c>TOKEN_ENDED</c>.</summary>
public sealed class EndedSession
{
    /// <summary>How long it is kept: longer than an access token lives.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(30);

    /// <summary>The session, as <c>sid</c> in its tokens.</summary>
    public required Guid SessionId { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTime EndedAt { get; init; }
}
