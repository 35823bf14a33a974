using System.Globalization;
using System.IO.Compression;
using BigMap.Analysis.Tests;
using MathNet.Numerics.LinearAlgebra;

namespace BigMap.Analysis.Diffraction.Powder.Tests;

public sealed class PatternTests
{
    private static readonly double VarianceToFwhm = 8 * Math.Log(2) * 1e-4;

    /// <summary>The instrument of the synthetic LiNiO2 series, from its GSAS file.</summary>
    private static PowderInstrument Instrument => new()
    {
        Lines = [new EmissionLine(1.540593, 1)],
        U = 3 * VarianceToFwhm,
        V = -3 * VarianceToFwhm,
        W = 4 * VarianceToFwhm,
        X = 0.02,
        Y = 0.012,
        Asymmetry = 0.02,
        Zero = 0.012,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(14)]
    [InlineData(30)]
    [InlineData(45)]
    [InlineData(59)]
    public void Weight_fractions_of_a_series_that_another_program_made_come_out_of_a_linear_fit(int scan)
    {
        // Cells, widths and zero are those of the truth; scales and a smooth background are fitted: Rwp must be that of the noise.
        Dictionary<string, double> truth = Truth(scan);
        (double[] x, double[] counts) = Scan(scan);
        var calculator = new PatternCalculator(x, Instrument);
        var phases = new List<PowderPhase>
        {
            new(Structure("LNO_H1", UnitCell.Hexagonal(truth["a_H1"], truth["c_H1"]))) { Size = 10, Microstrain = 1500 },
            new(Structure("LNO_M", UnitCell.Monoclinic(truth["a_M"], truth["b_M"], truth["c_M"], truth["beta_M"]))) { Size = 10, Microstrain = 2500 },
            new(Structure("LNO_H2", UnitCell.Hexagonal(truth["a_H2"], truth["c_H2"]))) { Size = 10, Microstrain = 2500 },
            new(Structure("LNO_H3", UnitCell.Hexagonal(truth["a_H3"], truth["c_H3"]))) { Size = 10, Microstrain = 4000 },
            new(Structure("Al", UnitCell.Cubic(4.0495))) { Size = 10, Microstrain = 800 },
            new(Structure("Cu", UnitCell.Cubic(3.6149))) { Size = 10, Microstrain = 800 },
        };
        string[] names = ["w_H1", "w_M", "w_H2", "w_H3"];
        List<PowderPhase> present = [.. phases.Where((_, i) => i >= 4 || truth[names[i]] > 0)];
        var columns = new List<double[]>();
        foreach (PowderPhase phase in present)
        {
            var y = new double[x.Length];
            calculator.Add(phase, y);
            columns.Add(y);
        }

        for (int k = 0; k < 16; k++)
            columns.Add([.. x.Select(v => Math.Cos(k * Math.Acos(((2 * v) - x[0] - x[^1]) / (x[^1] - x[0]))))]);
        Matrix<double> a = Matrix<double>.Build.Dense(x.Length, columns.Count, (i, j) => columns[j][i] / Math.Sqrt(Math.Max(1, counts[i])));
        Vector<double> b = Vector<double>.Build.Dense(x.Length, i => Math.Sqrt(Math.Max(1, counts[i])));
        Vector<double> p = a.QR().Solve(b), misfit = (a * p) - b;
        double rwp = 100 * misfit.L2Norm() / b.L2Norm();
        double[] weights = [.. present.Select((phase, i) => p[i] * phase.CellMass * phase.Structure.Cell.Volume)];
        double lno = weights.Take(present.Count - 2).Sum();
        string report = FormattableString.Invariant($"scan {scan}: Rwp {rwp:F3} %, noise {truth["Rwp_noise_pct"]:F3} %");
        for (int i = 0, at = 0; i < 4; i++)
        {
            double w = truth[names[i]] > 0 ? weights[at++] / lno : 0;
            report += FormattableString.Invariant($"; {names[i]} {w:F4} ({truth[names[i]]:F4})");
            Assert.Equal(truth[names[i]], w, 0.01);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(report + FormattableString.Invariant($"; Al {weights[^2] / lno:F4}, Cu {weights[^1] / lno:F4}"));
        Assert.InRange(rwp / truth["Rwp_noise_pct"], 0.97, 1.02);
    }

    [Fact]
    public void Densities_and_weight_fractions_are_those_of_the_handbooks()
    {
        PowderPhase al = new(Structure("Al", UnitCell.Cubic(4.0495))), cu = new(Structure("Cu", UnitCell.Cubic(3.6149)));
        Assert.Equal(2.699, al.Density, 2e-3);
        Assert.Equal(8.935, cu.Density, 3e-3);
        double[] w = PowderPhase.WeightFractions([al with { Scale = 2 }, cu]);
        double expected = 2 * al.CellMass * al.Structure.Cell.Volume / ((2 * al.CellMass * al.Structure.Cell.Volume) + (cu.CellMass * cu.Structure.Cell.Volume));
        Assert.Equal([expected, 1 - expected], w, (e, a) => Math.Abs(e - a) < 1e-12);
        Assert.Throws<ArgumentException>(() => PowderPhase.WeightFractions([al with { Scale = 0 }]));
    }

    [Fact]
    public void Lines_stand_where_Bragg_and_the_goniometer_put_them()
    {
        var shifted = new PowderInstrument { Zero = 0.02, Displacement = 0.1, Radius = 200 };
        double theta = Math.Asin(1.5405929 / (2 * 2.338));
        Assert.Equal((2 * theta * 180 / Math.PI) + 0.02 - (2 * 0.1 / 200 * Math.Cos(theta) * 180 / Math.PI), shifted.TwoTheta(2.338, 1.5405929), 1e-12);
        double[] x = [.. Enumerable.Range(0, 4000).Select(i => 20 + (0.02 * i))], y = new double[x.Length];
        new PatternCalculator(x, new PowderInstrument { Lines = [new EmissionLine(1.5405929, 1)] }).Add(new PowderPhase(Structure("Al", UnitCell.Cubic(4.0495))), y);
        Assert.Equal(38.47, x[Array.IndexOf(y, y.Max())], 0.021);
    }

    [Fact]
    public void Texture_moves_intensity_and_random_powder_does_not()
    {
        double[] x = [.. Enumerable.Range(0, 3000).Select(i => 15 + (0.02 * i))];
        PowderPhase phase = new(Structure("LNO_H1", UnitCell.Hexagonal(2.878, 14.195)));
        double[] random = Pattern(phase), one = Pattern(phase with { Texture = new MarchDollase((0, 0, 1), 1) }), flat = Pattern(phase with { Texture = new MarchDollase((0, 0, 1), 0.8) });
        for (int i = 0; i < x.Length; i++)
            Assert.Equal(random[i], one[i], 1e-12 * random.Max());

        // (003) at 18.7 degrees lies along the axis: r^-3.
        int at = Array.IndexOf(x, x.MinBy(v => Math.Abs(v - 18.72)));
        Assert.Equal(Math.Pow(0.8, -3), flat[at] / random[at], 2e-2);

        double[] Pattern(PowderPhase p)
        {
            var y = new double[x.Length];
            new PatternCalculator(x, new PowderInstrument()).Add(p, y);
            return y;
        }
    }

    [Fact]
    public void Impossible_patterns_and_instruments_are_refused()
    {
        PowderPhase phase = new(Structure("Al", UnitCell.Cubic(4.0495)));
        Assert.Throws<ArgumentException>(() => new PatternCalculator([20, 19], new PowderInstrument()));
        Assert.Throws<ArgumentException>(() => new PatternCalculator([], new PowderInstrument()));
        Assert.Throws<ArgumentException>(() => new PatternCalculator([20, double.NaN], new PowderInstrument()));
        Assert.Throws<ArgumentException>(() => new PatternCalculator([20, 190], new PowderInstrument()));
        Assert.Throws<ArgumentException>(() => new PatternCalculator([20], new PowderInstrument { Lines = [] }));
        Assert.Throws<ArgumentException>(() => new PatternCalculator([20], new PowderInstrument { Asymmetry = 2 }));
        Assert.Throws<DataMismatchException>(() => new PatternCalculator([20, 60], new PowderInstrument { Lines = [new EmissionLine(1.2, 1)] }).Add(phase, new double[2]));
        Assert.Throws<ArgumentException>(() => new PatternCalculator([20, 60], new PowderInstrument { W = -1 }).Add(phase, new double[2]));
        Assert.Throws<ArgumentException>(() => new PatternCalculator([20, 60], new PowderInstrument()).Add(phase, new double[1]));
    }

    private static CrystalStructure Structure(string name, UnitCell cell)
    {
        CrystalStructure read = CrystalStructure.ParseCif(File.ReadAllText(ReferenceData.Shipped($"samples/data/structures/{name}.cif")), name);
        return new CrystalStructure(name, cell, read.SpaceGroup, read.Atoms);
    }

    private static Dictionary<string, double> Truth(int scan)
    {
        string[] lines = File.ReadAllLines(ReferenceData.File("diffraction/series/lno_operando_truth.csv"));
        string[] names = lines[0].Split(','), values = lines[scan + 1].Split(',');
        return names.Zip(values).Where(p => p.First != "state").ToDictionary(p => p.First, p => double.Parse(p.Second, CultureInfo.InvariantCulture));
    }

    private static (double[] X, double[] Counts) Scan(int scan)
    {
        using ZipArchive archive = ZipFile.OpenRead(ReferenceData.File("diffraction/series/lno_operando_synthetic.zip"));
        using var reader = new StreamReader(archive.Entries.Single(e => e.Name == FormattableString.Invariant($"scan_{scan:D4}.xy")).Open());
        double[][] rows = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray())];
        return ([.. rows.Select(r => r[0])], [.. rows.Select(r => r[1])]);
    }
}
