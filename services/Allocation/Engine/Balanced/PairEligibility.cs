namespace ExportConsortia.Allocation.Engine.Balanced;

/// <summary>
/// Which members are eligible for a line: capability, not excluded, certified, release e = 1 + lead weeks ≤ due week, smallest part ≤ U, where
/// U = min(maxQty, the member's most, ⌊capacity of weeks e..due / h⌋) in whole packs. An accepted part stays eligible; only its top-up is limited.
/// </summary>
internal static class PairEligibility
{
    public static PairReason Judge(InstanceLine line, InstanceMember member, InstanceCapability? capability, long accepted, out long most)
    {
        most = 0;
        if (capability is null)
        {
            return PairReason.NotCapable;
        }

        if (accepted == 0)
        {
            if (line.Excluded.Contains(member.Id))
            {
                return PairReason.Excluded;
            }

            if (!capability.Certified.Contains(line.Destination))
            {
                return PairReason.NotCertified;
            }

            if (1 + capability.LeadWeeks > line.DueWeek)
            {
                return PairReason.TooLate;
            }
        }

        var minutes = 0L;
        var resource = member.Resources.First(candidate => candidate.Id == capability.Resource);
        for (var week = 1 + capability.LeadWeeks; week <= line.DueWeek; week++)
        {
            minutes += resource.Capacity[(int)week - 1];
        }

        most = Math.Max(accepted, Math.Min(Math.Min(line.MaxQty, capability.Most), minutes / capability.MinutesPerUnit));
        most = accepted + ((most - accepted) / capability.Pack * capability.Pack);
        return accepted == 0 && most < Math.Max(capability.MinLot, capability.Pack) ? PairReason.LotTooLarge : PairReason.Eligible;
    }
}
