using System.Diagnostics;
using System.Globalization;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Benchmarks;

/// <summary>Fits against MathNet in short alternating rounds, of which the fastest counts: what a loaded machine still measures.</summary>
internal static class FitRatios
{
    public static void Print()
    {
        Console.WriteLine("workload  MathNet us/fit  scalar core  vectors  batch   MathNet/batch  worse/better than MathNet");
        foreach (string name in new[] { "W2a", "W2b", "W2c", "W3" })
        {
            bool large = name == "W3";
            var workload = new FitWorkload(name, large ? 8 : 1000);
            (int worse, int better) = workload.Compare();
            double peer = double.PositiveInfinity, scalar = peer, vectors = peer, batch = peer;
            int part = large ? 2 : 20;
            for (int round = 0; round < (large ? 6 : 40); round++)
            {
                int first = round * part % workload.Cases.Length;
                peer = Math.Min(peer, Time(workload, first, part, workload.MathNet));
                scalar = Math.Min(scalar, Time(workload, first, part, workload.Scalar));
                for (int again = 0; again < (large ? 3 : 0); again++)
                    vectors = Math.Min(vectors, Time(workload, first, part, workload.Vectors));
                for (int again = 0; again < 4; again++)
                {
                    int count = large ? 8 : 200, from = round * count % workload.Cases.Length;
                    long start = Stopwatch.GetTimestamp();
                    workload.Batch(from, count);
                    batch = Math.Min(batch, Stopwatch.GetElapsedTime(start).TotalMicroseconds / count);
                }
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-9} {peer,14:F1} {scalar,12:F1} {vectors,8:F1} {batch,6:F2} {peer / batch,15:F1}  {worse}/{better} of {workload.Cases.Length}"));
        }
    }

    private static double Time(FitWorkload workload, int first, int count, Func<FitCase, double> fit)
    {
        long start = Stopwatch.GetTimestamp();
        for (int s = first; s < first + count; s++)
            fit(workload.Cases[s]);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / count;
    }
}
