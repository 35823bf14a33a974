using BigMap.Analysis.Numerics;

namespace BigMap.Analysis.Provenance.Internal;

/// <summary>The limit of a moving average of standard normal scores for a wanted rate of false alarms.</summary>
internal static class EwmaDesign
{
    private const int States = 81;
    private const double Accuracy = 1e-4;

    /// <summary>Limit h with which the average of z, begun at 0, takes 1/rate steps on average to leave ±h.</summary>
    public static double Limit(double weight, double rate)
    {
        double steady = Math.Sqrt(weight / (2 - weight));
        double low = 0.1 * steady, high = 6 * steady;
        while (high - low > Accuracy * steady)
        {
            double middle = 0.5 * (low + high);
            if (RunLength(weight, middle) < 1 / rate)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    /// <summary>Average run length by a Markov chain of equal parts of ±h (Brook and Evans): (I − Q) L = 1, element of the middle part.</summary>
    public static double RunLength(double weight, double h)
    {
        double width = 2 * h / States;
        var a = new double[States, States + 1];
        for (int i = 0; i < States; i++)
        {
            double from = -h + ((i + 0.5) * width);
            double below = Distributions.NormalCdf((-h - ((1 - weight) * from)) / weight);
            for (int j = 0; j < States; j++)
            {
                double above = Distributions.NormalCdf((-h + ((j + 1) * width) - ((1 - weight) * from)) / weight);
                a[i, j] = (i == j ? 1 : 0) - (above - below);
                below = above;
            }

            a[i, States] = 1;
        }

        // Diagonally dominant: no pivoting is needed.
        for (int k = 0; k < States; k++)
        {
            for (int i = k + 1; i < States; i++)
            {
                double factor = a[i, k] / a[k, k];
                for (int j = k; j <= States; j++)
                    a[i, j] -= factor * a[k, j];
            }
        }

        var length = new double[States];
        for (int i = States - 1; i >= 0; i--)
        {
            double sum = a[i, States];
            for (int j = i + 1; j < States; j++)
                sum -= a[i, j] * length[j];
            length[i] = sum / a[i, i];
        }

        return length[States / 2];
    }
}
