using BenchmarkDotNet.Attributes;
using BigMap.Analysis.Formats;
using BigMap.Analysis.Provenance;
using BigMap.Analysis.Spectra.Baseline;
using BigMap.Analysis.Spectra.PeakFit;

namespace BigMap.Analysis.Benchmarks;

/// <summary>The main job on the shipped series: the whole recipe with and without a record, and the preview that follows a slider.</summary>
[MemoryDiagnoser]
public class MainJobBenchmarks
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bigmap-").FullName;
    private Recipe _recipe = null!;
    private StepCatalogue _catalogue = null!;
    private InputPath _input = null!;
    private RecipePreview _one = null!;
    private RecipePreview _eight = null!;
    private AslsOptions _baseline = null!;
    private int _turn;

    [GlobalSetup]
    public void Setup()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "BigMap.Analysis.sln")))
            root = Path.GetDirectoryName(root)!;
        _catalogue = new StepCatalogue(SeriesSteps.All, FormatsSteps.All, BaselineSteps.All, PeakFitSteps.All);
        _recipe = Recipe.ReadAsync(Path.Combine(root, "samples/recipes/lno-003.json"), _catalogue).Result;
        _input = new InputPath(Path.Combine(root, "samples/data/operando-lno-003/patterns.csv"));
        _one = RecipePreview.OpenAsync(_recipe, _input, [120]).Result;
        _eight = RecipePreview.OpenAsync(_recipe, _input, [0, 20, 40, 60, 80, 100, 120, 140]).Result;
        _baseline = (AslsOptions)_recipe["baseline"].Options;
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true)]
    public int Whole_job_without_record() => Run(null);

    [Benchmark]
    public int Whole_job_with_record()
    {
        var recorder = new ProvenanceRecorder("benchmark");
        int steps = Run(recorder);
        recorder.SaveAsync(Path.Combine(_folder, "provenance.json")).Wait();
        return steps;
    }

    [Benchmark]
    public int Whole_job_with_record_and_crate()
    {
        var recorder = new ProvenanceRecorder("benchmark");
        int steps = Run(recorder);
        recorder.SaveAsync(Path.Combine(_folder, "provenance.json"), new CrateOptions { Catalogue = _catalogue }).Wait();
        return steps;
    }

    [Benchmark]
    public object Preview_of_one_row() => _one.Update("baseline", _baseline with { Lambda = 1e7 * (1 + (_turn++ % 100)) });

    [Benchmark]
    public object Preview_of_eight_rows() => _eight.Update("baseline", _baseline with { Lambda = 1e7 * (1 + (_turn++ % 100)) });

    private int Run(ProvenanceRecorder? recorder) =>
        _recipe.RunAsync(_input, new StepEnvironment(AnalysisContext.Default with { Provenance = recorder }, _folder)).Result.Steps.Count;
}
