using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Abstractions.Tests;

/// <summary>The workloads that tests and benchmarks share are those of their definition.</summary>
public sealed class WorkloadTests
{
    [Fact]
    public void W1_has_the_stated_sums()
    {
        Relative(Workloads.W1Sum, Enumerable.Range(0, 1000).Sum(s => Workloads.W1(s, 2000).Sum()));
        Relative(Workloads.W1LongSum, Workloads.W1(0, 100_000).Sum());
    }

    [Fact]
    public void W2_and_W3_have_the_stated_sums()
    {
        Relative(Workloads.W2aSum, Enumerable.Range(0, 10_000).Sum(s => Workloads.W2a(s).Y.Sum()));
        Relative(Workloads.W2bSum, Enumerable.Range(0, 10_000).Sum(s => Workloads.W2b(s).Y.Sum()));
        Relative(Workloads.W2cSum, Enumerable.Range(0, 10_000).Sum(s => Workloads.W2c(s).Y.Sum()));
        Relative(Workloads.W3Sum, Enumerable.Range(0, 20).Sum(s => Workloads.W3(s).Y.Sum()));
    }

    private static void Relative(double expected, double actual) => Assert.InRange(actual / expected, 1 - 1e-12, 1 + 1e-12);
}
