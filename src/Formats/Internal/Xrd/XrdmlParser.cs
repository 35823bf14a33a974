using System.Globalization;
using System.Xml.Linq;

namespace BigMap.Analysis.Formats.Internal.Xrd;

/// <summary>
/// PANalytical .xrdml, schemas 1.0 to 2.x: <c>intensities</c> are corrected for attenuators already, <c>counts</c> are not and are multiplied by
/// <c>beamAttenuationFactors</c> here; positions of an axis are start and end, a list, or one for all.
/// </summary>
internal static class XrdmlParser
{
    public static List<XrdScan> Parse(string file, Stream stream, string axis, List<string> notes)
    {
        XElement root = XrdXml.Load(file, stream).Root!;
        if (root.Name.LocalName != "xrdMeasurements")
            throw new InputFormatException(file, 0, $"The document is {root.Name.LocalName}, not xrdMeasurements.", "Check that it is a PANalytical measurement.");
        var scans = new List<XrdScan>();
        foreach (XElement measurement in root.Children("xrdMeasurement"))
        {
            XElement? wavelength = measurement.Child("usedWavelength");
            foreach (XElement scan in measurement.Children("scan"))
            {
                if (scan.Child("dataPoints") is not { } points || (points.Child("intensities") ?? points.Child("counts")) is not { } values || values.Value.Trim().Length == 0)
                {
                    notes.Add($"A scan without points ({scan.Value("status")}) was left out.");
                    continue;
                }

                scans.Add(Scan(file, (scan, points, values), wavelength, axis));
            }
        }

        return scans;
    }

    private static XrdScan Scan(string file, (XElement Scan, XElement Points, XElement Values) found, XElement? wavelength, string axis)
    {
        (XElement scan, XElement points, XElement values) = found;
        double[] intensity = XrdXml.Numbers(file, values.Value, "The intensities");
        (double[] positions, string axisName, string axisUnit) = Positions(file, points, axis, intensity.Length);
        string unit = values.Value("unit") is { Length: > 0 } given ? given : "counts";
        bool raw = values.Name.LocalName == "counts";
        if (raw && points.Elements().Any(e => e.Name.LocalName.Contains("ivergenceCorrection", StringComparison.Ordinal)))
            throw new InputFormatException(file, 0, "The counts are to be corrected for the divergence, which is not done here.", "Export the corrected intensities.");
        double[] factors = Factors(file, points, intensity.Length);
        bool attenuated = Array.Exists(factors, f => f != 1);
        double[]? variance = null;
        if (attenuated)
        {
            variance = new double[intensity.Length];
            for (int i = 0; i < variance.Length; i++)
            {
                double n = raw ? intensity[i] : intensity[i] / factors[i];
                intensity[i] = raw ? n * factors[i] : intensity[i];
                // Poisson of what was counted, scaled as the counts are; the smallest variance of a count is 1.
                variance[i] = factors[i] * factors[i] * Math.Max(n, 1);
            }
        }

        bool counts = unit == "counts" && !attenuated && Array.TrueForAll(intensity, v => v >= 0 && v == Math.Floor(v));
        var result = new XrdScan(positions, intensity, axisName, axisUnit)
        {
            Variance = unit == "counts" ? variance : null,
            Kind = counts ? IntensityKind.Counts : attenuated ? IntensityKind.Derived : IntensityKind.Unspecified,
            IntensityUnit = AxisName.CanonicalUnit(unit),
            StartTime = scan.Child("header").Child("startTimeStamp")?.Value.Trim() ?? string.Empty,
            Status = scan.Value("status"),
        };
        if (attenuated)
            result.Notes.Add(raw ? "Counts were multiplied by the beam attenuation factors; the variance is theirs." : "Intensities are corrected for the beam attenuator by the instrument; the variance takes its factors into account.");
        if (result.Status is not ("" or "Completed"))
            result.Notes.Add($"The status of the scan is {result.Status}.");
        result.Numbers.Add(("counting_time", "s", CountingTime(file, points, intensity.Length, result.Notes)));
        Add(result, file, wavelength.Child("kAlpha1"), "wavelength", "A");
        Add(result, file, wavelength.Child("kAlpha2"), "wavelength_ka2", "A");
        Add(result, file, wavelength.Child("ratioKAlpha2KAlpha1"), "ratio_ka2_ka1", string.Empty);
        foreach (XElement fixedAxis in points.Children("positions"))
        {
            if (fixedAxis.Child("commonPosition") is { } common)
                result.Numbers.Add((fixedAxis.Value("axis"), AxisName.CanonicalUnit(fixedAxis.Value("unit")), XrdXml.Number(file, common.Value, "A position")));
        }

        return result;
    }

    private static void Add(XrdScan scan, string file, XElement? element, string name, string unit)
    {
        if (element is null || element.Value.Trim().Length == 0)
            return;
        string given = element.Value("unit");
        double factor = given is "" or "Angstrom" or "angstrom" or "A" or "Å" ? 1 : given == "nm" ? 10 : throw new InputFormatException(file, 0, $"The wavelength has the unit {given}.", "Correct the file.");
        scan.Numbers.Add((name, unit, factor * XrdXml.Number(file, element.Value, "The wavelength")));
    }

    private static (double[] Values, string Name, string Unit) Positions(string file, XElement points, string axis, int count)
    {
        XElement[] all = [.. points.Children("positions")];
        XElement found = all.FirstOrDefault(p => XrdScan.Key(p.Value("axis")) == XrdScan.Key(axis))
            ?? throw new InputFormatException(file, 0, $"The scan has no axis {axis}.", $"Set axis to one of: {string.Join(", ", all.Select(p => p.Value("axis")))}.");
        string name = found.Value("axis");
        double[] values;
        if (found.Child("listPositions") is { } list)
        {
            values = XrdXml.Numbers(file, list.Value, $"The positions of {name}");
        }
        else if (found.Child("startPosition") is { } start && found.Child("endPosition") is { } end)
        {
            double from = XrdXml.Number(file, start.Value, $"The start of {name}"), to = XrdXml.Number(file, end.Value, $"The end of {name}");
            values = new double[count];
            for (int i = 0; i < count; i++)
                values[i] = i == count - 1 && count > 1 ? to : count == 1 ? from : from + ((to - from) * i / (count - 1));
        }
        else
        {
            string[] moving = [.. all.Where(p => p.Child("commonPosition") is null).Select(p => p.Value("axis"))];
            throw new InputFormatException(file, 0, $"{name} does not move in this scan.", $"Set axis to one that does: {string.Join(", ", moving)}.");
        }

        return values.Length == count
            ? (values, name, AxisName.CanonicalUnit(found.Value("unit")))
            : throw new InputFormatException(file, 0, string.Create(CultureInfo.InvariantCulture, $"There are {values.Length} positions for {count} intensities."), "The file is damaged; export it again.");
    }

    private static double[] Factors(string file, XElement points, int count)
    {
        if (points.Child("commonBeamAttenuationFactor") is { } common)
        {
            double factor = Positive(XrdXml.Number(file, common.Value, "The beam attenuation factor"));
            return [.. Enumerable.Repeat(factor, count)];
        }

        if (points.Child("beamAttenuationFactors") is not { } list)
            return [];
        double[] factors = XrdXml.Numbers(file, list.Value, "The beam attenuation factors");
        if (factors.Length != count)
            throw new InputFormatException(file, 0, string.Create(CultureInfo.InvariantCulture, $"There are {factors.Length} beam attenuation factors for {count} intensities."), "The file is damaged; export it again.");
        foreach (double factor in factors)
            Positive(factor);
        return factors;

        double Positive(double factor) => factor > 0 ? factor : throw new InputFormatException(file, 0, "A beam attenuation factor is not above 0.", "The file is damaged; export it again.");
    }

    private static double CountingTime(string file, XElement points, int count, List<string> notes)
    {
        if (points.Child("commonCountingTime") is { } common)
            return XrdXml.Number(file, common.Value, "The counting time");
        if (points.Child("countingTimes") is not { } list)
            return double.NaN;
        double[] times = XrdXml.Numbers(file, list.Value, "The counting times");
        if (times.Length != count)
            throw new InputFormatException(file, 0, string.Create(CultureInfo.InvariantCulture, $"There are {times.Length} counting times for {count} intensities."), "The file is damaged; export it again.");
        if (Array.TrueForAll(times, t => t == times[0]))
            return times[0];
        notes.Add("The counting time differs from point to point: counts of different points cannot be compared as they are.");
        return double.NaN;
    }
}
