namespace ExportConsortia.Allocation.Engine.Balanced;

/// <content>Cooling: the temperature of each chunk, and the weights of shortage, overbooking and limits.</content>
internal sealed partial class PlanSearch
{
    private void Anneal(Cooling way, int chunk)
    {
        _isSoft = _stage == SearchStage.ShortAndUnfair && chunk < Chunks * 3 / 4;
        if (!_isSoft)
        {
            Relieve();
        }

        // The temperature halves at even intervals and falls linearly in between.
        var (halvings, between) = int.DivRem(chunk * way.Halvings, Chunks);
        var start = way.Hottest >> halvings;
        var temperature = start - (start / 2 * between / Chunks);
        _shortWeight = ShortWeight(_stage == SearchStage.ShortAndUnfair ? chunk : Chunks);
        _excessWeight = ExcessWeight(chunk);
        _limitWeight = LimitWeight(chunk);
        var (first, last) = (way.Steps * chunk / Chunks, way.Steps * (chunk + 1) / Chunks);
        Standing = 0;
        for (var step = first; step < last; step++)
        {
            Step(temperature);
            Standing += step % 16 == 0 ? Energy() / Chunks : 0;
        }

        Work?.Done(last - first);
    }

    /// <summary>Empties what doesn't fit, so that the rest of the way visits feasible plans only.</summary>
    private void Relieve()
    {
        for (var pair = 0; pair < _pairs.Length && plan.Excess > 0; pair++)
        {
            if (plan.TooMuch[_pairs[pair].Resource] > 0 && plan.Quantity[pair] > _pairs[pair].Accepted)
            {
                plan.Set(pair, _pairs[pair].Accepted);
                if (!plan.Allowed(_pairs[pair].Line))
                {
                    Empty(_pairs[pair].Line);
                }

                plan.Keep();
            }
        }
    }

    // Rises, because shortage comes first: initially twice the fairness it could gain piece for piece, at the end 256 times that, since with
    // smallest parts a few pieces can cost much fairness.
    private long ShortWeight(int chunk) =>
        Math.Min(Math.Min(2 * urgency * _steepest, problem.MostWeight) << (8 * chunk / Chunks), problem.MostWeight);

    // Overbooking initially costs half of the fairness it could gain; at the end eight times that plus twice the weight of shortage, or eight times
    // if there are few lines (measured): otherwise an overbooked plan would always beat a short one.
    private long ExcessWeight(int chunk) => Math.Clamp(
        (urgency * (_steepest << (4 * chunk / Chunks)) / 2)
            + ((problem.IsWide ? 2 : 8) * _shortWeight * _mostUrgent * chunk / Chunks * chunk / Chunks * chunk / Chunks), 1, problem.MostWeight);

    // Exceeding the limit of an earlier aim: initially a quarter of a minor unit for each, at the end far more than any cost. Splits stay within it.
    private long LimitWeight(int chunk) => 1L << (16 * (_stage == SearchStage.Splits ? Chunks : chunk) / Chunks);

    /// <summary>By how much a step may worsen the plan: −T·ln u, the Metropolis rule.</summary>
    private long Threshold(long temperature) => temperature * random.MinusLog() >> 10;
}
