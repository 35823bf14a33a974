using System.Globalization;

namespace BigMap.Analysis.Diffraction.Powder.Internal;

/// <summary>Generators of a space group from its Hall symbol: S. R. Hall, Acta Cryst. A37 (1981) 517, doi:10.1107/S0567739481001228; International Tables B, A1.4.2.3.</summary>
internal static class HallSymbol
{
    private const int D = SymmetryOperation.Denominator;

    public static List<SymmetryOperation> Generators(string symbol)
    {
        string text = symbol.Replace('_', ' ').Trim();
        string basis = string.Empty;
        int bracket = text.IndexOf('(', StringComparison.Ordinal);
        if (bracket >= 0)
        {
            if (!text.EndsWith(')'))
                throw Fault(symbol, "the bracket is not closed");
            basis = text[(bracket + 1)..^1];
            text = text[..bracket];
        }

        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            throw Fault(symbol, "it is empty");
        var generators = new List<SymmetryOperation>();
        string lattice = words[0];
        if (lattice[0] == '-')
        {
            generators.Add(SymmetryOperation.Inversion);
            lattice = lattice[1..];
        }

        if (lattice.Length != 1)
            throw Fault(symbol, "the lattice letter is missing");
        foreach ((int x, int y, int z) in Centring(lattice[0]) ?? throw Fault(symbol, $"there is no lattice {lattice}"))
            generators.Add(new SymmetryOperation([1, 0, 0, 0, 1, 0, 0, 0, 1], [x, y, z]));
        (int Order, char Axis) before = (0, ' ');
        for (int position = 1; position < words.Length; position++)
            generators.Add(Matrix(symbol, words[position], position, ref before));
        return basis.Length == 0 ? generators : Shifted(symbol, generators, basis);
    }

    private static (int X, int Y, int Z)[]? Centring(char lattice) => char.ToUpperInvariant(lattice) switch
    {
        'P' => [],
        'A' => [(0, D / 2, D / 2)],
        'B' => [(D / 2, 0, D / 2)],
        'C' => [(D / 2, D / 2, 0)],
        'I' => [(D / 2, D / 2, D / 2)],
        'R' => [(2 * D / 3, D / 3, D / 3)],
        'S' => [(D / 3, D / 3, 2 * D / 3)],
        'T' => [(D / 3, 2 * D / 3, D / 3)],
        'H' => [(2 * D / 3, D / 3, 0)],
        'F' => [(0, D / 2, D / 2), (D / 2, 0, D / 2)],
        _ => null,
    };

    private static SymmetryOperation Matrix(string symbol, string word, int position, ref (int Order, char Axis) before)
    {
        int i = 0, sign = 1;
        if (word[0] == '-')
        {
            sign = -1;
            i++;
        }

        if (i == word.Length || word[i] is not ('1' or '2' or '3' or '4' or '6'))
            throw Fault(symbol, $"\"{word}\" does not begin with a rotation");
        int order = word[i++] - '0', screw = 0;
        char axis = ' ';
        Span<int> translation = stackalloc int[3];
        for (; i < word.Length; i++)
        {
            char c = word[i];
            switch (c)
            {
                case 'x' or 'y' or 'z' or '\'' or '"' or '*' or '=':
                    axis = c == '=' ? '"' : c;
                    break;
                case >= '1' and <= '5' when c - '0' < order:
                    screw = c - '0';
                    break;
                case 'a':
                    translation[0] += D / 2;
                    break;
                case 'b':
                    translation[1] += D / 2;
                    break;
                case 'c':
                    translation[2] += D / 2;
                    break;
                case 'n':
                    Add(translation, D / 2, D / 2, D / 2);
                    break;
                case 'u':
                    translation[0] += D / 4;
                    break;
                case 'v':
                    translation[1] += D / 4;
                    break;
                case 'w':
                    translation[2] += D / 4;
                    break;
                case 'd':
                    Add(translation, D / 4, D / 4, D / 4);
                    break;
                default:
                    throw Fault(symbol, $"\"{c}\" in \"{word}\" is not expected");
            }
        }

        if (axis == ' ')
            axis = DefaultAxis(order, position, before.Order);
        char reference = axis is '\'' or '"' ? before.Axis is 'x' or 'y' ? before.Axis : 'z' : axis;
        int[] rotation = Rotation(order, axis, reference) ?? throw Fault(symbol, $"there is no rotation \"{word}\"");
        if (screw > 0)
        {
            int along = axis switch
            {
                'x' => 0,
                'y' => 1,
                'z' => 2,
                _ => throw Fault(symbol, $"a screw axis \"{word}\" must lie along an axis of the cell"),
            };
            translation[along] += screw * D / order;
        }

        for (int k = 0; k < 9; k++)
            rotation[k] *= sign;
        if (order > 1)
            before = (order, axis);
        return new SymmetryOperation(rotation, translation);
    }

    private static char DefaultAxis(int order, int position, int before) => (order, position) switch
    {
        (1, _) => 'z',
        (_, 1) => 'z',
        (3, _) => '*',
        (2, 2) => before is 3 or 6 ? '\'' : 'x',
        _ => 'z',
    };

    private static int[]? Rotation(int order, char axis, char reference) => (order, axis, reference) switch
    {
        (1, _, _) => [1, 0, 0, 0, 1, 0, 0, 0, 1],
        (2, 'x', _) => [1, 0, 0, 0, -1, 0, 0, 0, -1],
        (2, 'y', _) => [-1, 0, 0, 0, 1, 0, 0, 0, -1],
        (2, 'z', _) => [-1, 0, 0, 0, -1, 0, 0, 0, 1],
        (2, '\'', 'x') => [-1, 0, 0, 0, 0, -1, 0, -1, 0],
        (2, '\'', 'y') => [0, 0, -1, 0, -1, 0, -1, 0, 0],
        (2, '\'', _) => [0, -1, 0, -1, 0, 0, 0, 0, -1],
        (2, '"', 'x') => [-1, 0, 0, 0, 0, 1, 0, 1, 0],
        (2, '"', 'y') => [0, 0, 1, 0, -1, 0, 1, 0, 0],
        (2, '"', _) => [0, 1, 0, 1, 0, 0, 0, 0, -1],
        (3, 'x', _) => [1, 0, 0, 0, 0, -1, 0, 1, -1],
        (3, 'y', _) => [-1, 0, 1, 0, 1, 0, -1, 0, 0],
        (3, 'z', _) => [0, -1, 0, 1, -1, 0, 0, 0, 1],
        (3, '*', _) => [0, 0, 1, 1, 0, 0, 0, 1, 0],
        (4, 'x', _) => [1, 0, 0, 0, 0, -1, 0, 1, 0],
        (4, 'y', _) => [0, 0, 1, 0, 1, 0, -1, 0, 0],
        (4, 'z', _) => [0, -1, 0, 1, 0, 0, 0, 0, 1],
        (6, 'x', _) => [1, 0, 0, 0, 1, -1, 0, 1, 0],
        (6, 'y', _) => [0, 0, 1, 0, 1, 0, -1, 0, 1],
        (6, 'z', _) => [1, -1, 0, 1, 0, 0, 0, 0, 1],
        _ => null,
    };

    /// <summary>Another origin, in twelfths: t′ = t + v − R v.</summary>
    private static List<SymmetryOperation> Shifted(string symbol, List<SymmetryOperation> generators, string basis)
    {
        string[] words = basis.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Span<int> shift = stackalloc int[3];
        for (int k = 0; k < 3; k++)
        {
            if (words.Length != 3 || !int.TryParse(words[k], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int twelfths) || Math.Abs(twelfths) > 12)
                throw Fault(symbol, "the change of origin in brackets is three numbers of twelfths, such as (0 0 1); other changes of basis are not supported");
            shift[k] = twelfths * D / 12;
        }

        var shifted = new List<SymmetryOperation>();
        Span<int> rotation = stackalloc int[9], translation = stackalloc int[3];
        foreach (SymmetryOperation one in generators)
        {
            for (int i = 0; i < 3; i++)
            {
                translation[i] = one.TranslationPart(i) + shift[i];
                for (int j = 0; j < 3; j++)
                {
                    rotation[(3 * i) + j] = one.Rotation(i, j);
                    translation[i] -= one.Rotation(i, j) * shift[j];
                }
            }

            shifted.Add(new SymmetryOperation(rotation, translation));
        }

        return shifted;
    }

    private static void Add(Span<int> translation, int x, int y, int z)
    {
        translation[0] += x;
        translation[1] += y;
        translation[2] += z;
    }

    private static FormatException Fault(string symbol, string problem) => new($"\"{symbol}\" is not a Hall symbol: {problem}.");
}
