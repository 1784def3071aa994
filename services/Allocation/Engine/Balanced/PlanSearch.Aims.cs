namespace ExportConsortia.Allocation.Engine.Balanced;

/// <content>The aims: the energy of the plan, how a step changes it, and which plan is best.</content>
internal sealed partial class PlanSearch
{
    private long Energy() => _stage switch
    {
        SearchStage.ShortAndUnfair => (_shortWeight * plan.Short) + plan.Unfair + (_excessWeight * plan.Excess),
        SearchStage.Replan => (_shortWeight * plan.Short) + plan.Unfair + (plan.OffersChanged * _changePrice),
        SearchStage.Cost => plan.Cost + BeyondLimit(plan.Unfair, plan.Cost),
        _ => (plan.Splits * _splitPrice) + plan.Cost + BeyondLimit(plan.Unfair, plan.Cost),
    };

    /// <summary>
    /// The price of exceeding the limit of an earlier aim: the search may pass through such plans, but never keeps one as its best.
    /// </summary>
    private long BeyondLimit(long unfair, long cost) =>
        (Math.Max(0, unfair - _limit.Unfair) + (_stage == SearchStage.Cost ? 0 : Math.Max(0, cost - _limit.Cost))) * _limitWeight / 4;

    private bool WithinLimit() => _stage <= SearchStage.Replan
        || (plan.Unfair <= _limit.Unfair && (_stage == SearchStage.Cost || plan.Cost <= _limit.Cost));

    private void KeepIfBest()
    {
        if (IsBest())
        {
            plan.KeepAsBest();
        }
    }

    private bool IsBest()
    {
        var best = plan.BestAims;
        return plan.Excess == 0 && WithinLimit() && _stage switch
        {
            SearchStage.ShortAndUnfair => plan.Short < best.Short || (plan.Short == best.Short
                && (plan.Unfair < best.Unfair || (plan.Unfair == best.Unfair && plan.Cost < best.Cost))),
            SearchStage.Replan => (plan.Short, plan.OffersChanged, plan.Unfair).CompareTo((best.Short, plan.BestOffersChanged, best.Unfair)) < 0,
            SearchStage.Cost => plan.Cost < best.Cost || (plan.Cost == best.Cost && plan.Splits < best.Splits),
            _ => plan.Splits < best.Splits || (plan.Splits == best.Splits && plan.Cost < best.Cost),
        };
    }

    /// <summary>
    /// What the step adds to the aims of the stage, without capacity; false if it leaves a line in a forbidden state or too much short.
    /// </summary>
    private bool ChangeOfAims(out long energy, bool unfinished = false)
    {
        var (shortage, cost, splits, offers) = (0L, 0L, 0L, 0);
        energy = 0;
        for (var i = 0; i < _step;)
        {
            var line = _pairs[_stepPair[i]].Line;
            var (total, makers) = (plan.Total[line], plan.Makers[line]);
            for (; i < _step && _pairs[_stepPair[i]].Line == line; i++)
            {
                var (pair, quantity) = (_stepPair[i], _stepQuantity[i]);
                var old = plan.Quantity[pair];
                total += quantity - old;
                makers += (quantity > 0 ? 1 : 0) - (old > 0 ? 1 : 0);
                cost += (quantity - old) * _pairs[pair].Cost;
                offers += plan.OfferChange(pair, quantity);
            }

            if (!unfinished && !plan.Allowed(line, total, makers))
            {
                return false;
            }

            shortage += plan.ShortOf(line, total) - plan.ShortOf(line, plan.Total[line]);
            if (_stage >= SearchStage.Cost)
            {
                cost += plan.UndeliveredOf(line, total) - plan.UndeliveredOf(line, plan.Total[line]);
                splits += (Math.Max(1, makers) - Math.Max(1, plan.Makers[line])) * problem.LineWeight[line];
            }
        }

        var unfair = ChangeOfUnfair();
        energy = _stage switch
        {
            SearchStage.ShortAndUnfair => (_shortWeight * shortage) + unfair,
            SearchStage.Replan => (_shortWeight * shortage) + unfair + (offers * _changePrice),
            SearchStage.Cost => cost + BeyondLimit(plan.Unfair + unfair, plan.Cost + cost) - BeyondLimit(plan.Unfair, plan.Cost),
            _ => (splits * _splitPrice) + cost + BeyondLimit(plan.Unfair + unfair, plan.Cost + cost) - BeyondLimit(plan.Unfair, plan.Cost),
        };
        return _stage <= SearchStage.Replan || plan.Short + shortage <= _limit.Short;
    }

    /// <summary>What the step adds to Z2; two of its changes may affect the same account.</summary>
    private long ChangeOfUnfair()
    {
        var (change, accounts) = (0L, 0);
        for (var i = 0; i < _step; i++)
        {
            ref readonly var row = ref _pairs[_stepPair[i]];
            if (row.Account < 0)
            {
                continue;
            }

            var at = 0;
            while (at < accounts && _account[at] != row.Account)
            {
                at++;
            }

            if (at == accounts)
            {
                (_account[at], _value[at]) = (row.Account, 0);
                accounts++;
            }

            _value[at] += (_stepQuantity[i] - plan.Quantity[_stepPair[i]]) * row.Ref;
        }

        for (var at = 0; at < accounts; at++)
        {
            var account = _account[at];
            change += problem.Fairness.Penalty(account, plan.Received[account] + _value[at]) - plan.Unfairness[account];
        }

        return change;
    }
}
