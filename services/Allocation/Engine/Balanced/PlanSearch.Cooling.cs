namespace ExportConsortia.Allocation.Engine.Balanced;

/// <content>How a chunk of the way cools down, and what weighs how much on it.</content>
internal sealed partial class PlanSearch
{
    private void Anneal(Cooling way, int chunk)
    {
        _isSoft = _stage == SearchStage.ShortAndUnfair && chunk < Chunks * 3 / 4;
        if (!_isSoft)
        {
            Relieve();
        }

        // The temperature halves evenly; between two halvings it falls on a straight line.
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

    /// <summary>Empties what doesn't fit any more, so that the rest of the way leads from plan to plan.</summary>
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

    // Dearer and dearer, as what is short comes first: at the beginning twice what fairness could gain by it piece for piece, at the end 256 times
    // that, since a smallest part can make a few pieces cost much fairness.
    private long ShortWeight(int chunk) => Math.Min(Math.Min(2 * urgency * _steepest, problem.MostWeight) << (8 * chunk / Chunks), problem.MostWeight);

    // What a resource is too full by costs at first half of what fairness could gain by it, at the end eight times that and twice what is short, or eight
    // times that where the lines are few (measured): else a plan that is too full would always be better than one that is short.
    private long ExcessWeight(int chunk) => Math.Clamp(
        (urgency * (_steepest << (4 * chunk / Chunks)) / 2) + ((problem.IsWide ? 2 : 8) * _shortWeight * _mostUrgent * chunk / Chunks * chunk / Chunks * chunk / Chunks), 1, problem.MostWeight);

    // Beyond the limit of an earlier aim: at first a quarter of a minor unit for each, at the end much more than any cost; splits are only looked for within.
    private long LimitWeight(int chunk) => 1L << (16 * (_stage == SearchStage.Splits ? Chunks : chunk) / Chunks);

    /// <summary>By how much a step may make the plan worse: −T·ln u, Metropolis's rule.</summary>
    private long Threshold(long temperature) => temperature * random.MinusLog() >> 10;
}
