using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace BigMap.Analysis.Diffraction.Powder.Internal;

internal sealed record SpaceGroupSetting(int Number, string Name, string Hall);

/// <summary>Names of the tabulated settings; their operations come from the Hall symbols.</summary>
internal sealed class SpaceGroupTable
{
    private readonly List<SpaceGroupSetting> _settings = [];
    private readonly Dictionary<string, List<SpaceGroupSetting>> _byName = new(StringComparer.Ordinal);
    private readonly Lazy<Dictionary<int, List<(SymmetryOperation[] Operations, SpaceGroupSetting Setting)>>> _byOperations;

    public SpaceGroupTable()
    {
        foreach (string line in EmbeddedTable.Lines("space-groups"))
        {
            string[] parts = line.Split('|');
            _settings.Add(new SpaceGroupSetting(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], parts[2]));
        }

        foreach (SpaceGroupSetting setting in _settings)
            Add(Key(setting.Name), setting);
        foreach (SpaceGroupSetting setting in _settings)
        {
            // P 21/c for P 1 21/c 1; F d -3 m for F d -3 m:1 and :2; m 3 m for m -3 m as before 1992.
            string name = setting.Name, plain = name.Split(':')[0];
            AddShort(Key(plain), setting);
            string[] words = plain.Split(' ');
            if (setting.Number is >= 3 and <= 15 && words.Length == 4 && words.Count(w => w == "1") == 2)
                AddShort(Key(words[0] + words.Single(w => w != "1" && w != words[0])), setting);
            if (setting.Number is >= 200 and <= 206 or >= 221)
            {
                AddShort(Key(name.Replace("-3", "3", StringComparison.Ordinal)), setting);
                AddShort(Key(plain.Replace("-3", "3", StringComparison.Ordinal)), setting);
            }
        }

        Names = [.. _settings.Select(s => s.Name)];
        _byOperations = new(Generate);
    }

    public IReadOnlyList<string> Names { get; }

    public SpaceGroupSetting Find(string name, UnitCell? cell)
    {
        string key = Key(name);
        if (!_byName.TryGetValue(key, out List<SpaceGroupSetting>? found) && key.Length > 2 && key[^1] is 'h' or 'r' or '1' or '2' or 's' or 'z')
        {
            char setting = key[^1] switch
            {
                's' => '1',
                'z' => '2',
                char c => c,
            };
            _byName.TryGetValue(key[..^1].TrimEnd(':') + ":" + setting, out found);
        }

        if (found is null)
            throw new FormatException($"There is no space group \"{name}\". Use the Hermann-Mauguin symbol of International Tables, or give the operations.");
        if (found.Count == 1)
            return found[0];
        if (found.TrueForAll(s => s.Name.EndsWith(":H", StringComparison.Ordinal) || s.Name.EndsWith(":R", StringComparison.Ordinal)))
        {
            bool rhombohedral = cell is { } c && Math.Abs(c.Gamma - 120) > 0.5 && Math.Abs(c.Alpha - c.Beta) < 0.5 && Math.Abs(c.Beta - c.Gamma) < 0.5;
            return found.Single(s => s.Name.EndsWith(rhombohedral ? ":R" : ":H", StringComparison.Ordinal));
        }

        if (found.Exists(s => s.Name.EndsWith(":2", StringComparison.Ordinal)))
            throw new FormatException($"\"{name}\" has two origins. Say which, as in \"{found[0].Name}\" or \"{found[1].Name}\", or give the operations.");

        // Short monoclinic symbols: unique axis b first.
        List<SpaceGroupSetting> b = found.FindAll(s => s.Name.Split(' ') is [_, "1", _, "1"]);
        return b.Count == 1 ? b[0]
            : throw new FormatException($"\"{name}\" can mean {string.Join(" or ", found.Select(s => s.Name))}. Say which, or give the operations.");
    }

    public SpaceGroupSetting Reference(int number)
    {
        List<SpaceGroupSetting> all = _settings.FindAll(s => s.Number == number);
        return all.Find(s => s.Name.EndsWith(":2", StringComparison.Ordinal)) ?? all[0];
    }

    public bool TryIdentify(SymmetryOperation[] operations, [NotNullWhen(true)] out SpaceGroupSetting? setting)
    {
        setting = null;
        if (!_byOperations.Value.TryGetValue(operations.Length, out List<(SymmetryOperation[] Operations, SpaceGroupSetting Setting)>? candidates))
            return false;
        foreach ((SymmetryOperation[] other, SpaceGroupSetting one) in candidates)
        {
            if (!operations.AsSpan().SequenceEqual(other))
                continue;
            setting = one;
            return true;
        }

        return false;
    }

    private static string Key(string name)
    {
        Span<char> key = stackalloc char[name.Length];
        int length = 0;
        foreach (char c in name)
        {
            if (c is not (' ' or '_' or '\'' or '"'))
                key[length++] = char.ToLowerInvariant(c);
        }

        return new string(key[..length]);
    }

    private Dictionary<int, List<(SymmetryOperation[] Operations, SpaceGroupSetting Setting)>> Generate()
    {
        var all = new Dictionary<int, List<(SymmetryOperation[] Operations, SpaceGroupSetting Setting)>>();
        foreach (SpaceGroupSetting setting in _settings)
        {
            SymmetryOperation[] operations = SpaceGroup.Close(HallSymbol.Generators(setting.Hall));
            if (!all.TryGetValue(operations.Length, out List<(SymmetryOperation[] Operations, SpaceGroupSetting Setting)>? list))
                all[operations.Length] = list = [];
            list.Add((operations, setting));
        }

        return all;
    }

    private void Add(string key, SpaceGroupSetting setting)
    {
        if (!_byName.TryGetValue(key, out List<SpaceGroupSetting>? list))
            _byName[key] = list = [];
        if (!list.Contains(setting))
            list.Add(setting);
    }

    /// <summary>A short form never takes the place of a full symbol.</summary>
    private void AddShort(string key, SpaceGroupSetting setting)
    {
        if (!_byName.TryGetValue(key, out List<SpaceGroupSetting>? list) || !list.Exists(s => Key(s.Name) == key))
            Add(key, setting);
    }
}
