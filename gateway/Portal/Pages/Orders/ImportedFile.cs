using ExportConsortia.Portal.Api;

namespace ExportConsortia.Portal.Pages.Orders;

/// <summary>What became of a file that was imported.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Order">The order that was taken in; null if the file was refused.</param>
/// <param name="Sentence">Why it was refused.</param>
/// <param name="Faults">Its faults, with the place of each.</param>
public sealed record ImportedFile(string Name, OrderView? Order, string? Sentence, IReadOnlyList<FileFault> Faults);
