namespace ExportConsortia.EndToEnd.Tests;

/// <summary>Puts a rulebook in force and waits until Allocation follows it.</summary>
internal static class Rules
{
    /// <summary>Activates a rulebook with these rules besides the default ones.</summary>
    /// <returns>Its version.</returns>
    public static async Task<int> ActivateAsync(FurnitureConsortium consortium, object rule) =>
        (await consortium.Manager.PostAsync("/api/membership/rulebook-versions", new
        {
            allocation = new object[] { new { productFamily = "*" }, rule },
        })).Ok["version"]!.GetValue<int>();

    /// <summary>Waits until a simulation of the order goes by this version.</summary>
    public static Task AreKnownAsync(FurnitureConsortium consortium, Guid order, int version) =>
        Eventually.Holds($"Allocation knows version {version} of the rulebook", async () =>
            (await SimulateAsync(consortium, order)).Ok["rulebookVersion"]!.GetValue<int>() == version);

    /// <summary>Simulates an order as it stands.</summary>
    public static Task<Answer> SimulateAsync(FurnitureConsortium consortium, Guid order) =>
        consortium.Manager.PostAsync($"/api/allocation/orders/{order}/simulations", new { alternatives = new[] { new { name = "-" } } });
}
