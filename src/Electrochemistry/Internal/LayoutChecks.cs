namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>
/// Whether a list of columns makes sense: which quantities come together, and which exclude each other. The format has no checksum, and one
/// wrong bit in an id turns a potential into a current; such a list is not refused, because EC-Lab may have techniques that were not seen, but
/// it is never taken without a word.
/// </summary>
internal static class LayoutChecks
{
    private const byte Ocv = 0x0B, Wait = 0x1C;

    private static readonly byte[] FlagOrder = [EcLabQuantities.Mode, EcLabQuantities.OxRed, EcLabQuantities.Error, EcLabQuantities.ControlChanges, EcLabQuantities.NsChanges, EcLabQuantities.CounterInc];

    private static readonly byte[] Impedance = [32, 35, 36, 37, 38];

    /// <summary>Quantities that are stored all together or not at all.</summary>
    private static readonly byte[][] Together =
    [
        Impedance, [33, 34], [98, 99, 100, 101], [175, 176, 177], [15, 45, 46, 105, 106], [166, 167], [78, 173], [123, 124], [125, 126], [115, 116], [169, 172], [135, 136], [248, 249],
        [217, 220, 223, 230, 231, 232, 233, 234, 235], [218, 221, 224, 236, 237, 238, 239, 240, 241], [219, 222, 225, 242, 243, 244, 245, 246, 247],
    ];

    /// <summary>Quantities that are stored only together with another.</summary>
    private static readonly (byte Of, byte[] Needs)[] Needs =
    [
        (EcLabQuantities.DQCoulomb, [EcLabQuantities.QMinusQoCoulomb]), (EcLabQuantities.DQ, [EcLabQuantities.QMinusQo]), (EcLabQuantities.ZCycle, [EcLabQuantities.HalfCycle]),
        (EcLabQuantities.NsChanges, [EcLabQuantities.Ns]), (96, [98]), (98, [96]), (163, [166]), (170, [166]), (15, [32]), (33, [32]), (98, [32]), (166, [32]), (169, [32]), (175, [32]), (217, [32]), (218, [32]), (219, [32]), (78, [32]),
    ];

    /// <summary>Quantities that no recorded file at hand holds, so that nothing speaks for them.</summary>
    private static readonly byte[] Unseen = [26, 27];

    public static IEnumerable<string> Find(int[] ids, int? technique)
    {
        byte[] list = [.. ids.Select(i => (byte)i)];
        HashSet<byte> has = [.. list];
        foreach (IGrouping<byte, int> twice in ids.GroupBy(i => (byte)i).Where(g => g.Count() > 1))
            yield return $"Columns {string.Join(" and ", twice)} are the same quantity, {Name(twice.Key)}.";
        if (!has.Contains(EcLabQuantities.Time))
            yield return "There is no column of times.";

        byte[] flags = [.. list.Where(b => FlagOrder.Contains(b))];
        if (flags.Length > 0 && (!has.Contains(EcLabQuantities.Mode) || !has.Contains(EcLabQuantities.Error) || !flags.SequenceEqual(FlagOrder.Where(flags.Contains))))
            yield return $"The flags {string.Join(", ", flags.Select(Name))} are not a usual set.";

        bool phase = has.Contains(EcLabQuantities.Ewe) || has.Contains(EcLabQuantities.MeanEwe);
        int potentials = Count(EcLabQuantities.Ewe, EcLabQuantities.MeanEwe) + (has.Contains(EcLabQuantities.MeanEweOrPhase) && !phase ? 1 : 0);
        if (potentials != 1)
            yield return potentials == 0 ? "There is no potential of the working electrode." : "There are several potentials of the working electrode.";
        bool impedance = has.Contains(32);
        if (phase && has.Contains(EcLabQuantities.MeanEweOrPhase) && !has.Contains(175))
            yield return $"{EcLabQuantities.PhaseOfCell.Name} stands without {Name(175)}.";
        if (has.Contains(175) && !(phase && has.Contains(EcLabQuantities.MeanEweOrPhase)))
            yield return $"{Name(175)} stands without its phase.";

        int controls = Count(EcLabQuantities.Control, EcLabQuantities.ControlV, EcLabQuantities.ControlI);
        int currents = Count(EcLabQuantities.I, EcLabQuantities.MeanI, EcLabQuantities.MeanI32);
        if (has.Contains(EcLabQuantities.OxRed))
        {
            bool charge = has.Contains(EcLabQuantities.Control);
            if (controls != 1)
                yield return controls == 0 ? "There is no control value, though currents are driven." : "There are several control values.";
            if (charge && (currents != 0 || !has.Contains(EcLabQuantities.DqIncrement)))
                yield return $"With {Name(EcLabQuantities.Control)} in V or mA, charges {Name(EcLabQuantities.DqIncrement)} and no current are usual.";
            else if (!charge && currents != 1)
                yield return currents == 0 ? "There is no current." : "There are several currents.";
        }
        else if (controls != 0)
        {
            yield return "There is a control value, though no current is driven.";
        }

        if (currents > 1 && !has.Contains(EcLabQuantities.OxRed))
            yield return "There are several currents.";
        if (impedance && currents != 1)
            yield return "An impedance without one mean current is unusual.";
        if (technique == Ocv && currents > 0)
            yield return "A current in a measurement of the open-circuit potential is unusual.";
        if (technique == Wait && currents == 0)
            yield return "A wait without a current is unusual.";

        foreach (byte[] group in Together)
        {
            int present = group.Count(has.Contains);
            if (present != 0 && present != group.Length)
                yield return $"Of {string.Join(", ", group.Select(Name))}, which come together, only {string.Join(", ", group.Where(has.Contains).Select(Name))} are there.";
        }

        foreach ((byte of, byte[] needs) in Needs)
        {
            if (has.Contains(of) && !needs.Any(has.Contains))
                yield return $"{Name(of)} stands without {Name(needs[0])}.";
        }

        foreach (byte unseen in Unseen.Where(has.Contains))
            yield return $"{Name(unseen)} is a quantity that was never seen in a recorded file.";
        foreach (int id in ids.Where(i => EcLabQuantities.Disputed.ContainsKey(i) || (i is 424 or 425 && has.Contains(166))))
            yield return $"Column {id} was read as {Name((byte)id)}, which its low byte says; other readers list it as {EcLabQuantities.Disputed.GetValueOrDefault(id, "a part of Zstack")}. Compare with the export.";
        foreach (int id in ids.Where(i => !EcLabQuantities.IsConfirmed(i)))
            yield return $"Column {id} was read as {Name((byte)id)}, which its low byte says; no file with this id was seen. Compare with the export.";

        int Count(params ReadOnlySpan<byte> of)
        {
            int n = 0;
            foreach (byte b in of)
                n += has.Contains(b) ? 1 : 0;
            return n;
        }
    }

    private static string Name(byte lowByte) => EcLabQuantities.Find(lowByte)!.Name;
}
