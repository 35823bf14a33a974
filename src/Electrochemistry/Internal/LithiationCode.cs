namespace BigMap.Analysis.Electrochemistry.Internal;

/// <summary>Content x from charge.</summary>
internal static class LithiationCode
{
    /// <summary>Faraday constant, C/mol (SI, exact to the digits given).</summary>
    private const double Faraday = 96485.33212;

    public static CyclingRecord Add(CyclingRecord record, LithiationOptions options)
    {
        EcLabSettings settings = record.Settings;
        double mass = options.ActiveMass ?? record.ActiveMass ?? throw Missing("mass of the active material", "activeMass");
        double capacity;
        if (options.TheoreticalCapacity is { } specific)
        {
            capacity = specific * mass / 1000;
        }
        else
        {
            // The mass of the file belongs to a certain content, its molar mass to none.
            double molar = options.MolarMass
                ?? (settings.MolarMass is { } host ? host + ((settings.MassAtX ?? 0) * (settings.IonMolarMass ?? 0)) : throw Missing("molar mass", "molarMass or theoreticalCapacity"));
            capacity = mass / 1000 / molar * (options.ElectronsPerIon ?? settings.ElectronsPerIon ?? 1) * Faraday / 3.6;
        }

        double start = options.StartX ?? settings.StartX ?? throw Missing("content x at the start", "startX");
        ReadOnlySpan<double> charge = record.ChargeValues, time = record.TimeValues;
        double zero = 0;
        if (options.StartTime is { } at)
        {
            int last = -1;
            while (last + 1 < time.Length && time[last + 1] <= at)
                last++;
            if (last < 0)
                throw new DataMismatchException(FormattableString.Invariant($"startTime is {at} s, but the first record is at {(time.Length > 0 ? time[0] : double.NaN)} s. Choose a time within the record."));
            zero = charge[last];
        }

        double sign = options.Direction == LithiationDirection.ChargeRemoves ? -1 : 1;
        var x = new double[charge.Length];
        for (int i = 0; i < x.Length; i++)
            x[i] = start + (sign * (charge[i] - zero) / capacity) + 0.0;
        return record.WithColumn(new NumberColumn("x", string.Empty, x));
    }

    private static DataMismatchException Missing(string what, string option) => new($"The {what} is not in the file. Set {option}.");
}
