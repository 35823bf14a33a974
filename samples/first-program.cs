#:project ../src/Formats
#:project ../src/Spectra.PeakFit

// The program of the README: read, trim, baseline, fit, table. Run it from the repository's root.

using BigMap.Analysis;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;

ReadResult read = await SeriesReader.ReadAsync("samples/data/operando-lno-003/patterns.csv");
Console.WriteLine(read.Report); // what was decided about separators, header, axis and unit

SpectrumSeries counts = read.Series.WithPoissonVariance().Trim(17.6, 20.6);
BaselineSeries flat = counts.EstimateBaseline(new AslsOptions { Lambda = 1e8, P = 0.01 });
FitSeries fits = flat.Corrected.Fit(new PeakFitOptions
{
    Peaks =
    [
        new PeakDefinition { Name = "H1", Center = Parameter.Between(18.3, 18.8) },
        new PeakDefinition { Name = "H3", Center = Parameter.Between(19.35, 19.8) },
    ],
    Background = new PolynomialBackground { Degree = 3 },
    Weighting = Weighting.Sigma,
});

Console.WriteLine(fits.Report());
Console.WriteLine($"H3 in pattern 120 lies at {fits[120].Measured("H3.center")}.");
Directory.CreateDirectory("out");
await fits.WriteCsvAsync("out/fits.csv");
