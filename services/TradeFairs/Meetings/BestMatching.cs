namespace ExportConsortia.TradeFairs.Meetings;

/// <summary>Pairs rows with columns so that the pairs are worth most together: the assignment problem, by the Hungarian method.</summary>
internal sealed class BestMatching
{
    private readonly int _rows;
    private readonly int _columns;
    private readonly long[] _rowPrice;
    private readonly long[] _columnPrice;
    private readonly int[] _rowOf;       // of a column, counted from 1; 0: free
    private readonly int[] _cameFrom;
    private readonly long[] _distance;
    private readonly bool[] _visited;

    /// <summary>For tables of this size, of which the rows are the shorter side.</summary>
    public BestMatching(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, columns);
        (_rows, _columns) = (rows, columns);
        (_rowPrice, _columnPrice) = (new long[rows + 1], new long[columns + 1]);
        (_rowOf, _cameFrom, _distance, _visited) = (new int[columns + 1], new int[columns + 1], new long[columns + 1], new bool[columns + 1]);
    }

    /// <summary>The best pairs.</summary>
    /// <param name="worth">Row after row what each pair is worth; what isn't worth more than 0 is not paired.</param>
    /// <param name="rowOf">Takes the row of each column, or -1.</param>
    /// <returns>What the pairs are worth together.</returns>
    public long Match(ReadOnlySpan<long> worth, Span<int> rowOf)
    {
        Array.Clear(_rowPrice);
        Array.Clear(_columnPrice);
        Array.Clear(_rowOf);
        for (var row = 1; row <= _rows; row++)
        {
            if (worth.Slice((row - 1) * _columns, _columns).ContainsAnyInRange(1, long.MaxValue))
            {
                Add(row, worth);
            }
        }

        var total = 0L;
        for (var column = 1; column <= _columns; column++)
        {
            var row = _rowOf[column];
            var value = row == 0 ? 0 : worth[((row - 1) * _columns) + column - 1];
            rowOf[column - 1] = value > 0 ? row - 1 : -1;
            total += Math.Max(0, value);
        }

        return total;
    }

    // Finds the cheapest way to give one more row a column, along which others change theirs.
    private void Add(int added, ReadOnlySpan<long> worth)
    {
        Array.Fill(_distance, long.MaxValue);
        Array.Clear(_visited);
        _rowOf[0] = added;
        var at = 0;
        do
        {
            _visited[at] = true;
            var (from, step, next) = (_rowOf[at], long.MaxValue, 0);
            var row = worth.Slice((from - 1) * _columns, _columns);
            var price = _rowPrice[from];
            for (var column = 1; column <= _columns; column++)
            {
                if (_visited[column])
                {
                    continue;
                }

                var cost = -Math.Max(0, row[column - 1]) - price - _columnPrice[column];
                if (cost < _distance[column])
                {
                    (_distance[column], _cameFrom[column]) = (cost, at);
                }

                if (_distance[column] < step)
                {
                    (step, next) = (_distance[column], column);
                }
            }

            for (var column = 0; column <= _columns; column++)
            {
                if (_visited[column])
                {
                    _rowPrice[_rowOf[column]] += step;
                    _columnPrice[column] -= step;
                }
                else
                {
                    _distance[column] -= step;
                }
            }

            at = next;
        }
        while (_rowOf[at] != 0);

        for (; at != 0; at = _cameFrom[at])
        {
            _rowOf[at] = _rowOf[_cameFrom[at]];
        }
    }
}
