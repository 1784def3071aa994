namespace ExportConsortia.Membership.Invitations;

/// <summary>What an invitation leads to.</summary>
internal enum InvitationKind
{
    /// <summary>An account of one's own.</summary>
    NewAccount,

    /// <summary>A new password for an account whose password was forgotten.</summary>
    NewPassword,
}
