namespace ExportConsortia.Portal.Api;

public sealed record EditionView(
    Guid Id, string FairName, string Place, string Name, DateOnly OpensOn, DateOnly ClosesOn, string Currency, string State);
