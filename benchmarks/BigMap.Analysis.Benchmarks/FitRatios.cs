using System.Diagnostics;
using System.Globalization;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.Benchmarks;

/// <summary>
/// Fits against MathNet, alternating. Each fit counts with its fastest run, so that a loaded machine measures too: a run is shorter than
/// what a scheduler takes away at a time.
/// </summary>
internal static class FitRatios
{
    public static void Print()
    {
        Console.WriteLine("workload  MathNet us/fit  scalar core  vectors  batch   MathNet/batch  worse/better than MathNet");
        foreach (string name in new[] { "W2a", "W2b", "W2c", "W3" })
        {
            bool large = name == "W3";
            int curves = large ? 8 : 64, rounds = large ? 8 : 25;
            var workload = new FitWorkload(name, large ? curves : 1000);
            (int worse, int better) = workload.Compare();
            double[] peer = new double[curves], scalar = new double[curves], vectors = new double[curves], batch = new double[1];
            foreach (double[] times in new[] { peer, scalar, vectors, batch })
                Array.Fill(times, double.PositiveInfinity);
            for (int round = 0; round < rounds; round++)
            {
                for (int s = 0; s < curves; s++)
                {
                    FitCase one = workload.Cases[s];
                    if (!large || round == 0)
                        Keep(peer, s, () => workload.MathNet(one));
                    Keep(scalar, s, () => workload.Scalar(one));
                    if (large)
                        Keep(vectors, s, () => workload.Vectors(one));
                }

                for (int again = 0; again < 8; again++)
                    Keep(batch, 0, () => workload.Batch(0, curves));
            }

            double each = batch[0] / curves;
            string vector = large ? vectors.Average().ToString("F1", CultureInfo.InvariantCulture) : "-";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-9} {peer.Average(),14:F1} {scalar.Average(),12:F1} {vector,8} {each,6:F2} {peer.Average() / each,15:F1}  {worse}/{better} of {workload.Cases.Length}"));
        }
    }

    private static void Keep(double[] times, int at, Action fit)
    {
        long start = Stopwatch.GetTimestamp();
        fit();
        times[at] = Math.Min(times[at], Stopwatch.GetElapsedTime(start).TotalMicroseconds);
    }
}
