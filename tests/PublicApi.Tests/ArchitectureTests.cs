using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using BigMap.Analysis.Tests;

namespace BigMap.Analysis.PublicApi.Tests;

/// <summary>The house rules: which room may know which, and what may be seen from outside.</summary>
public sealed class ArchitectureTests
{
    /// <summary>Floor of each room; an arrow leads to a lower floor, or sideways where <see cref="Sideways"/> says so.</summary>
    private static readonly Dictionary<string, int> Floors = new()
    {
        ["Abstractions"] = 0,
        ["Numerics"] = 1,
        ["Formats"] = 1,
        ["Formats.Images"] = 1,
        ["Spectra.Baseline"] = 2,
        ["Spectra.PeakFit"] = 2,
        ["Electrochemistry"] = 2,
        ["Diffraction.Powder"] = 2,
        ["Diffraction.Reduction"] = 2,
        ["Learning"] = 2,
        ["Provenance"] = 2,
        ["Diffraction.Sequential"] = 3,
        ["Diffraction.PhaseId"] = 3,
        ["Xps.Quantify"] = 3,
        ["Imaging.Segmentation"] = 3,
        ["Reporting"] = 4,
    };

    private static readonly HashSet<(string From, string To)> Sideways = [("Spectra.PeakFit", "Spectra.Baseline"), ("Formats.Images", "Formats")];

    /// <summary>Third-party packages that a room may use; analyzers are not counted.</summary>
    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["Numerics"] = ["MathNet.Numerics", "System.Numerics.Tensors"],
        ["Formats"] = ["CsvHelper", "PureHDF"],
        ["Learning"] = ["Microsoft.ML.OnnxRuntime"],
    };

    public static TheoryData<string> Rooms => [.. Directory.GetDirectories(ReferenceData.Shipped("src")).Where(d => Directory.GetFiles(d, "*.csproj").Length > 0).Select(d => Path.GetFileName(d)!)];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Arrows_lead_down(string room)
    {
        XDocument project = XDocument.Load(ReferenceData.Shipped($"src/{room}/{room}.csproj"));
        Assert.True(Floors.TryGetValue(room, out int floor), $"{room} has no floor.");
        foreach (string reference in project.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)))
            Assert.True(Floors[reference] < floor || Sideways.Contains((room, reference)), $"{room} (floor {floor}) may not reference {reference} (floor {Floors[reference]}).");
        string[] packages = [.. project.Descendants("PackageReference").Select(r => r.Attribute("Include")!.Value)];
        Assert.Empty(packages.Except(Packages.GetValueOrDefault(room, [])));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Public_signatures_show_only_our_own_types_and_those_of_the_runtime(string room)
    {
        var faults = new List<string>();
        foreach (Type type in Load(room).GetExportedTypes())
        {
            foreach (Type seen in Signature(type).SelectMany(Flatten))
            {
                string name = seen.Assembly.GetName().Name!;
                if (!name.StartsWith("BigMap.Analysis", StringComparison.Ordinal) && (!name.StartsWith("System.", StringComparison.Ordinal) || name == "System.Numerics.Tensors"))
                    faults.Add($"{type.FullName} shows {seen.FullName} of {name}");
            }
        }

        Assert.Empty(faults.Distinct());
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Every_public_type_lives_in_the_namespace_of_its_room(string room)
    {
        string expected = room == "Abstractions" ? "BigMap.Analysis" : $"BigMap.Analysis.{room}";
        Assert.All(Load(room).GetExportedTypes(), t => Assert.Equal(expected, t.Namespace));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void No_static_field_can_change(string room)
    {
        const BindingFlags All = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        IEnumerable<FieldInfo> fields = Load(room).GetTypes()
            .Where(t => !t.IsDefined(typeof(CompilerGeneratedAttribute)) && t.FullName?.Contains('<', StringComparison.Ordinal) == false)
            .SelectMany(t => t.GetFields(All))
            .Where(f => !f.IsInitOnly && !f.IsLiteral && !f.IsDefined(typeof(CompilerGeneratedAttribute)) && !f.IsDefined(typeof(ThreadStaticAttribute)));
        Assert.Empty(fields.Select(f => $"{f.DeclaringType!.FullName}.{f.Name}"));
    }

    [Fact]
    public void Operations_of_all_rooms_are_distinct_and_their_options_have_defaults_that_survive_json()
    {
        IStep[] steps = [.. Rooms.SelectMany(r => Load(r.Data).GetExportedTypes())
            .Select(t => t.GetProperty("All", BindingFlags.Static | BindingFlags.Public))
            .Where(p => p?.PropertyType == typeof(IReadOnlyList<IStep>))
            .SelectMany(p => (IReadOnlyList<IStep>)p!.GetValue(null)!)];
        Assert.NotEmpty(steps);
        Assert.Equal(steps.Length, steps.Select(s => (s.Operation, s.Version)).Distinct().Count());
        foreach (IStep step in steps)
        {
            string json = step.OptionSet.ToJson(step.OptionSet.Default);
            var faults = new List<OptionFault>();
            object read = step.OptionSet.Read(System.Text.Json.JsonDocument.Parse(json).RootElement, null, string.Empty, faults);
            Assert.Equal(json, step.OptionSet.ToJson(read));
            Assert.All(step.OptionSet.Options, o => Assert.True(o.Info.Label.Length > 0 && o.Info.Description.Length > 0, $"{step.Operation}.{o.Name} is not described."));
        }
    }

    private static Assembly Load(string room) => Assembly.Load($"BigMap.Analysis.{room}");

    private static IEnumerable<Type> Signature(Type type)
    {
        const BindingFlags Visible = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.BaseType is not null)
            yield return type.BaseType;
        foreach (Type one in type.GetInterfaces())
            yield return one;
        foreach (FieldInfo field in type.GetFields(Visible).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly))
            yield return field.FieldType;
        foreach (MethodBase method in type.GetMembers(Visible).OfType<MethodBase>().Where(m => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly))
        {
            foreach (ParameterInfo parameter in method.GetParameters())
                yield return parameter.ParameterType;
            if (method is MethodInfo info)
                yield return info.ReturnType;
        }
    }

    private static IEnumerable<Type> Flatten(Type type)
    {
        while (type.HasElementType)
            type = type.GetElementType()!;
        if (type.IsGenericParameter)
            yield break;
        yield return type;
        foreach (Type inner in type.GetGenericArguments().SelectMany(Flatten))
            yield return inner;
    }
}
