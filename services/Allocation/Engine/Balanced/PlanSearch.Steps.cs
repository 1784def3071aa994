namespace ExportConsortia.Allocation.Engine.Balanced;

/// <content>One step: proposed, evaluated, booked and carried out.</content>
internal sealed partial class PlanSearch
{
    private void Step(long temperature)
    {
        _step = 0;
        var kind = random.Below(512);
        if (kind < 8 && !_onlyMakers)
        {
            Rebuild(Threshold(temperature));
            return;
        }

        if (kind < 64)
        {
            ProposeFit();
        }
        else if (ChooseShift(out var from, out var to))
        {
            ProposeShift(from, to, -1);
            if (kind >= 300 && _step == 2)
            {
                ProposeCounterShift(from, to);
            }
        }

        if (_step > 0)
        {
            TryStep(temperature);
        }
    }

    private void TryStep(long temperature)
    {
        if (!ChangeOfAims(out var energy))
        {
            return;
        }

        var threshold = energy > 0 ? Threshold(temperature) : 0;
        if (energy <= threshold + Relief() && Book(threshold - energy))
        {
            for (var i = 0; i < _step; i++)
            {
                plan.SetBooked(_stepPair[i], _stepQuantity[i]);
            }

            KeepIfBest();
        }
    }

    /// <summary>The most that the step can gain by freeing overbooked resources.</summary>
    private long Relief()
    {
        var relief = 0L;
        if (plan.Excess > 0)
        {
            for (var i = 0; i < _step; i++)
            {
                if (_stepQuantity[i] < plan.Quantity[_stepPair[i]])
                {
                    var resource = _pairs[_stepPair[i]].Resource;
                    relief += plan.TooMuch[resource] > 0 ? plan.TooMuch[resource] * problem.Resources[resource].MinuteWorth : 0;
                }
            }
        }

        return relief * _excessWeight;
    }

    /// <summary>
    /// Books the step's minutes if they fit, or if the price of overbooking is within <paramref name="left"/>; otherwise books nothing.
    /// </summary>
    private bool Book(long left)
    {
        var exact = false;
        for (var i = 0; i < _step; i++)
        {
            var more = _stepQuantity[i] - plan.Quantity[_stepPair[i]];
            ref readonly var row = ref _pairs[_stepPair[i]];
            exact |= plan.TooMuch[row.Resource] > 0;
            if (more < 0)
            {
                CapacityChains.Book(plan.Slack, row, more * row.Minutes);
            }
        }

        for (var i = 0; i < _step; i++)
        {
            var more = _stepQuantity[i] - plan.Quantity[_stepPair[i]];
            if (more > 0)
            {
                ref readonly var row = ref _pairs[_stepPair[i]];
                var minutes = more * row.Minutes;
                var over = minutes - CapacityChains.Free(plan.Slack, row);
                if (over > 0)
                {
                    exact = true;
                    if (!_isSoft
                        || (over - plan.TooMuch[row.Resource]) * problem.Resources[row.Resource].MinuteWorth * _excessWeight > left + Relief())
                    {
                        Unbook(i);
                        return false;
                    }
                }

                CapacityChains.Book(plan.Slack, row, minutes);
            }
        }

        if (!exact)
        {
            return true;
        }

        var before = plan.Excess;
        UpdateExcess();
        if ((plan.Excess - before) * _excessWeight <= left)
        {
            return true;
        }

        Unbook(_step);
        UpdateExcess();
        return false;
    }

    private void UpdateExcess()
    {
        for (var i = 0; i < _step; i++)
        {
            plan.UpdateExcess(_pairs[_stepPair[i]].Resource);
        }
    }

    /// <summary>Reverts the bookings: all decreases, and the increases among the first changes.</summary>
    private void Unbook(int booked)
    {
        for (var i = 0; i < _step; i++)
        {
            var more = _stepQuantity[i] - plan.Quantity[_stepPair[i]];
            if (more < 0 || i < booked)
            {
                ref readonly var row = ref _pairs[_stepPair[i]];
                CapacityChains.Book(plan.Slack, row, -more * row.Minutes);
            }
        }
    }

    private void Add(int pair, long quantity)
    {
        if (quantity != plan.Quantity[pair])
        {
            _stepPair[_step] = pair;
            _stepQuantity[_step++] = quantity;
        }
    }
}
