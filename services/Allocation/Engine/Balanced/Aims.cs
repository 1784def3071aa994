namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// The four aims of a plan. Z1 = Σ π·v·max(0, Q⁻ − Σx): value short on time. Z2 = Σ φ(A − τ): unfairness. Z3 = Σ c·x + u·v·max(0, Q − Σx): cost.
/// Z4 = Σ ω·max(0, makers − 1): splits. Smaller is better; the first that differs decides.
/// </summary>
internal readonly record struct Aims(long Short, long Unfair, long Cost, long Splits);
