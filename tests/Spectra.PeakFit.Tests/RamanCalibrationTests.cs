using BigMap.Analysis.Spectra.PeakFit.Internal;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Spectra.PeakFit.Tests;

/// <summary>A wavenumber axis from the lines of neon and of silicon.</summary>
public class RamanCalibrationTests
{
    private const double Laser = 632.816;

    /// <summary>Refractive index and shifts that are known: n − 1 of standard air is 2.7651e-4 at 633 nm (tables of Peck and Reeder); 1/λ of helium-neon in vacuum 15798.0 cm⁻¹.</summary>
    [Fact]
    public void Shifts_are_differences_of_vacuum_wavenumbers()
    {
        Assert.Equal(2.7651e-4, AxisCalibration.AirIndex(633) - 1, 2e-8);
        Assert.Equal(15798.0, 1e7 / (Laser * AxisCalibration.AirIndex(Laser)), 0.05);

        // The line at 703.24 nm has the vacuum wavelength 703.4352 nm.
        Assert.Equal(15798.00 - (1e7 / 703.43521), AxisCalibration.Shift(Laser, 703.24128), 0.05);
        Assert.Equal(0, AxisCalibration.Shift(785, 785));
    }

    [Fact]
    public void A_bent_axis_is_found_with_honest_errors()
    {
        const int Seeds = 30;
        int inside = 0, all = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            RamanCalibration calibration = Lamp(seed).CalibrateRaman();
            Assert.True(calibration.Lines.Count(l => l.IsUsed) >= 10);
            CalibratedSeries corrected = Lamp(seed).CorrectAxis(calibration.ToOptions());
            for (double measured = 200; measured <= 2400; measured += 550)
            {
                all++;
                AxisCorrectionOptions o = calibration.ToOptions();
                inside += Math.Abs(measured + o.At(measured) - True(measured)) <= 1.96 * o.ErrorAt(measured) ? 1 : 0;
                Assert.Equal(True(measured), measured + o.At(measured), 0.1);
            }

            Assert.Equal(corrected.Series.Length, corrected.AxisStandardErrors.Length);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"95 % intervals of the axis: {inside} of {all}");
        Assert.InRange((double)inside / all, 0.85, 0.995);
    }

    [Fact]
    public void Silicon_moves_the_whole_axis_and_its_error_is_the_error_there()
    {
        RamanCalibration calibration = Lamp(1).CalibrateRaman();
        AxisCorrectionOptions options = calibration.ToOptions(521.9, 0.03);
        Assert.Equal(RamanCalibration.SiliconShift, 521.9 + options.At(521.9), 1e-9);
        Assert.Equal(0.03, options.ErrorAt(521.9), 1e-9);
        Assert.Equal(options.At(1500) - calibration.Correction.At(1500), options.At(300) - calibration.Correction.At(300), 1e-9);
        Assert.True(options.ErrorAt(2000) > 0.03);
    }

    [Fact]
    public void Intensities_stay_and_a_part_outside_the_lines_is_warned_of()
    {
        SpectrumSeries lamp = Lamp(2);
        CalibratedSeries corrected = lamp.CorrectAxis(lamp.CalibrateRaman().ToOptions());
        Assert.True(corrected.Series[0].SequenceEqual(lamp[0]));
        Assert.Equal("extrapolated", Assert.Single(corrected.Warnings).Code);
        Assert.Empty(lamp.CorrectAxis(new AxisCorrectionOptions { Coefficients = [1.5] }).Warnings);
        Assert.Equal(lamp.Axis.First + 1.5, lamp.CorrectAxis(new AxisCorrectionOptions { Coefficients = [1.5] }).Series.Axis.First, 1e-12);
    }

    [Fact]
    public void A_step_is_recorded_and_options_survive_json()
    {
        AxisCorrectionOptions options = Lamp(3).CalibrateRaman().ToOptions(521.9, 0.03);
        using var document = System.Text.Json.JsonDocument.Parse(AxisCorrectionOptions.Set.ToJson(options));
        AxisCorrectionOptions read = AxisCorrectionOptions.Set.Read(document.RootElement);
        Assert.Equal(options.Coefficients, read.Coefficients);
        SpectrumSeries lamp = Lamp(3);
        Assert.Equal(lamp.CorrectAxis(options).Series.Axis.Values.ToArray(), lamp.CorrectAxis(read).Series.Axis.Values.ToArray());
    }

    [Fact]
    public void Wrong_input_is_named()
    {
        SpectrumSeries lamp = Lamp(4);
        Assert.Contains("laser", Assert.Throws<DataMismatchException>(() => lamp.CalibrateRaman(new RamanCalibrationOptions { LaserWavelength = 630 })).Message);
        Assert.Contains("cm^-1", Assert.Throws<DataMismatchException>(() => lamp.WithAxis(new Axis(lamp.Axis.Values.ToArray(), AxisQuantity.TwoTheta, "deg")).CalibrateRaman()).Message);
        Assert.Throws<OptionsException>(new RamanCalibrationOptions { Lines = [700, 650] }.Validate);
        Assert.Throws<OptionsException>(new AxisCorrectionOptions().Validate);
        Assert.Throws<OptionsException>(new AxisCorrectionOptions { Coefficients = [1, 2], Covariance = [1] }.Validate);
        Assert.Contains("turns the axis", Assert.Throws<DataMismatchException>(() => lamp.CorrectAxis(new AxisCorrectionOptions { Coefficients = [0, -2] })).Message);
    }

    /// <summary>A measured neon lamp and measured silicon of one instrument; its first range, for two ranges are stitched.</summary>
    [Fact]
    public void A_measured_lamp_puts_silicon_where_it_belongs()
    {
        static SpectrumSeries Read(string name)
        {
            var csv = new GoldenCsv(ReferenceData.File("spectra/raman/" + name));
            return SpectrumSeries.Wrap(new Axis(csv[0], AxisQuantity.RamanShift, "cm^-1"), csv[1], 1);
        }

        RamanCalibration calibration = Read("neon_633.csv").Trim(100, 2650).CalibrateRaman(new RamanCalibrationOptions { Degree = 3 });
        foreach (CalibrationLine line in calibration.Lines)
            TestContext.Current.TestOutputHelper?.WriteLine($"{line.Wavelength:F3} nm: {line.Reference:F2} cm-1, found at {line.Measured:F3} ± {line.MeasuredError:F3}, residual {line.Residual:F3}, used {line.IsUsed}");
        FitResult silicon = Read("si_633.csv").Trim(495, 545).Fit(new PeakFitOptions { Peaks = [new() { Name = "Si", Center = Parameter.Between(515, 525) }] })[0];
        AxisCorrectionOptions options = calibration.ToOptions();
        double before = silicon["Si.center"], after = before + options.At(before);
        TestContext.Current.TestOutputHelper?.WriteLine($"scatter {calibration.Scatter:F3}; silicon {before:F3} measured, {after:F3} ± {options.ErrorAt(before):F3} corrected by neon alone");
        Assert.True(calibration.Lines.Count(l => l.IsUsed) >= 8);
        Assert.True(calibration.Scatter < 0.8);

        // Neon does not know the laser; helium-neon does.
        Assert.InRange(after, 519.5, 521.9);
        Assert.Equal(520.7, before + calibration.ToOptions(before, silicon.StandardError("Si.center")).At(before), 1e-9);
    }

    private static double True(double measured)
    {
        double t = (measured - 1300) / 1200;
        return measured + 1.2 + (0.9 * t) - (1.1 * t * t);
    }

    private static SpectrumSeries Lamp(int seed)
    {
        var random = new Random(seed);
        double[] x = [.. Enumerable.Range(0, 2600).Select(i => 60.0 + i)], y = new double[x.Length], lines = [.. new RamanCalibrationOptions().Lines.Select(l => AxisCalibration.Shift(Laser, l))];
        for (int i = 0; i < x.Length; i++)
            y[i] = 100 + lines.Sum(l => ScalarShapes.Value("pseudoVoigt", True(x[i]), 3000, l, 5, 0.4)) + (4 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return SpectrumSeries.Wrap(new Axis(x, AxisQuantity.RamanShift, "cm^-1"), y, 1);
    }
}
