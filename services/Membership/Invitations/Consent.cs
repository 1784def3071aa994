namespace ExportConsortia.Membership.Invitations;

/// <summary>Who is needed for an invitation besides the one who invites.</summary>
internal enum Consent
{
    /// <summary>Nobody.</summary>
    Nobody,

    /// <summary>A manager of the consortium.</summary>
    Manager,

    /// <summary>An operator.</summary>
    Operator,

    /// <summary>Somebody of a member firm: the consortium has no manager left who could consent.</summary>
    Member,

    /// <summary>The firm itself: it enters the code that an operator gave it outside the platform.</summary>
    FirmCode,
}
