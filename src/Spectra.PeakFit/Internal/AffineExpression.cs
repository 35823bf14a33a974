using System.Globalization;

namespace BigMap.Analysis.Spectra.PeakFit.Internal;

/// <summary>constant + Σ factor · name.</summary>
internal sealed class Affine
{
    public double Constant { get; private init; }

    public Dictionary<string, double> Terms { get; private init; } = new(StringComparer.Ordinal);

    public bool IsConstant => Terms.Count == 0;

    public static Affine Of(double constant) => new() { Constant = constant };

    public static Affine Of(string name) => new() { Terms = { [name] = 1 } };

    public static Affine operator +(Affine a, Affine b)
    {
        var terms = new Dictionary<string, double>(a.Terms, StringComparer.Ordinal);
        foreach ((string name, double factor) in b.Terms)
            terms[name] = terms.GetValueOrDefault(name) + factor;
        foreach (string name in terms.Where(t => t.Value == 0).Select(t => t.Key).ToArray())
            terms.Remove(name);
        return new Affine { Constant = a.Constant + b.Constant, Terms = terms };
    }

    public static Affine operator *(double k, Affine a) => k == 0 ? Of(0.0) : new Affine { Constant = k * a.Constant, Terms = a.Terms.ToDictionary(t => t.Key, t => k * t.Value, StringComparer.Ordinal) };
}

/// <summary>Reads an expression of lmfit as an affine one: + − · / **, brackets, and sqrt, log, exp, abs of constants.</summary>
internal sealed class AffineExpression
{
    private readonly string _text;
    private readonly Func<string, Affine?> _resolve;
    private int _at;
    private int _depth;

    private AffineExpression(string text, Func<string, Affine?> resolve) => (_text, _resolve) = (text, resolve);

    /// <summary>The expression, or null when it is not affine in names that can be resolved.</summary>
    public static Affine? Read(string text, Func<string, Affine?> resolve)
    {
        var reader = new AffineExpression(text, resolve);
        Affine? result = reader.Sum();
        reader.Skip();
        return reader._at == text.Length && result is not null && double.IsFinite(result.Constant) && result.Terms.Values.All(double.IsFinite) ? result : null;
    }

    private Affine? Sum()
    {
        Affine? sum = Product();
        while (sum is not null && Peek() is '+' or '-')
        {
            double sign = _text[_at++] == '+' ? 1 : -1;
            sum = Product() is { } next ? sum + (sign * next) : null;
        }

        return sum;
    }

    private Affine? Product()
    {
        Affine? product = Factor();
        while (product is not null && Peek() is '*' or '/')
        {
            char op = _text[_at++];
            if (Factor() is not { } next)
                return null;
            if (op == '/')
                product = next.IsConstant ? (1 / next.Constant) * product : null;
            else
                product = next.IsConstant ? next.Constant * product : product.IsConstant ? product.Constant * next : null;
        }

        return product;
    }

    private Affine? Factor()
    {
        if (Peek() is '-' or '+')
        {
            double sign = _text[_at++] == '-' ? -1 : 1;
            return Nested() is { } inner ? sign * inner : null;
        }

        Affine? value = Atom();
        if (value is null || Peek() != '*' || _at + 1 >= _text.Length || _text[_at + 1] != '*')
            return value;
        _at += 2;
        return Nested() is { IsConstant: true } power
            ? power.Constant == 1 ? value : value.IsConstant ? Affine.Of(Math.Pow(value.Constant, power.Constant)) : null
            : null;
    }

    private Affine? Nested()
    {
        if (++_depth > 200)
            return null;
        Affine? inner = Factor();
        _depth--;
        return inner;
    }

    private Affine? Atom()
    {
        char c = Peek();
        if (c == '(')
            return Bracket();
        int start = _at;
        if (char.IsAsciiDigit(c) || c == '.')
        {
            while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] is '.' or 'e' or 'E' || (_text[_at] is '+' or '-' && _text[_at - 1] is 'e' or 'E')))
                _at++;
            return double.TryParse(_text[start.._at], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? Affine.Of(number) : null;
        }

        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            _at++;
        if (_at == start)
            return null;
        string name = _text[start.._at];
        if (Peek() != '(')
            return _resolve(name) ?? (name == "pi" ? Affine.Of(Math.PI) : name == "e" ? Affine.Of(Math.E) : null);
        return Bracket() is { IsConstant: true } argument
            ? name switch
            {
                "sqrt" => Affine.Of(Math.Sqrt(argument.Constant)),
                "log" => Affine.Of(Math.Log(argument.Constant)),
                "exp" => Affine.Of(Math.Exp(argument.Constant)),
                "abs" => Affine.Of(Math.Abs(argument.Constant)),
                _ => null,
            }
            : null;
    }

    private Affine? Bracket()
    {
        _at++;
        if (++_depth > 200)
            return null;
        Affine? inner = Sum();
        _depth--;
        if (inner is null || Peek() != ')')
            return null;
        _at++;
        return inner;
    }

    private char Peek()
    {
        Skip();
        return _at < _text.Length ? _text[_at] : '\0';
    }

    private void Skip()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }
}
