namespace BigMap.Analysis.Provenance.Tests;

public class MalformedRecipeTests
{
    // Kind of fault; a recipe with it; path, part of the message and line of the fault that must be named.
    public static TheoryData<string, string, string, string, int> Kinds => new()
    {
        { "empty text", "", "", "not JSON", 1 },
        { "not JSON", "format = 1", "", "not JSON", 1 },
        { "cut off", Good[..120], "", "not JSON", 5 },
        { "a list", "[]", "", "JSON object", 1 },
        { "null", "null", "", "JSON object", 1 },
        { "text after the end", Good + "}", "", "not JSON", 10 },
        { "no format", Change("\"format\": \"bigmap-recipe/1\",", ""), "format", "missing", 1 },
        { "foreign format", Change("bigmap-recipe/1", "other/1"), "format", "bigmap-recipe/1", 2 },
        { "newer major format", Change("bigmap-recipe/1", "bigmap-recipe/2"), "format", "another release", 2 },
        { "format not text", Change("\"bigmap-recipe/1\"", "1"), "format", "must be text", 2 },
        { "no name", Change("\"name\": \"one\",", ""), "name", "missing", 1 },
        { "empty name", Change("\"one\"", "\" \""), "name", "empty", 3 },
        { "title not text", Change("\"name\": \"one\",", "\"name\": \"one\", \"title\": null,"), "title", "must be text", 3 },
        { "unknown member", Change("\"name\": \"one\",", "\"name\": \"one\", \"author\": \"me\","), "author", "unknown", 3 },
        { "member twice", Change("\"name\": \"one\",", "\"name\": \"one\", \"name\": \"two\","), "name", "twice", 3 },
        { "no steps", "{ \"format\": \"bigmap-recipe/1\", \"name\": \"one\" }", "steps", "missing", 1 },
        { "steps not a list", "{ \"format\": \"bigmap-recipe/1\", \"name\": \"one\", \"steps\": {} }", "steps", "list", 1 },
        { "empty steps", "{ \"format\": \"bigmap-recipe/1\", \"name\": \"one\", \"steps\": [] }", "steps", "at least one", 1 },
        { "step not an object", Change("{ \"id\": \"b\", \"operation\": \"test.sum\", \"version\": 1 }", "7"), "steps[1]", "JSON object", 8 },
        { "no id", Change("\"id\": \"b\", ", ""), "steps[1].id", "missing", 8 },
        { "bad id", Change("\"id\": \"b\"", "\"id\": \"b c\""), "steps[1].id", "letters", 8 },
        { "reserved id", Change("\"id\": \"b\"", "\"id\": \"input\""), "steps[1].id", "stands for", 8 },
        { "duplicate id", Change("\"id\": \"b\"", "\"id\": \"a\""), "steps[1].id", "two steps", 8 },
        { "no operation", Change("\"operation\": \"test.sum\", ", ""), "steps[1].operation", "missing", 8 },
        { "unknown operation", Change("test.sum", "test.sun"), "steps[1].operation", "did you mean test.sum", 8 },
        { "quite unknown operation", Change("test.sum", "rietveld"), "steps[1].operation", "the catalogue has", 8 },
        { "no version", Change("\"test.sum\", \"version\": 1", "\"test.sum\""), "steps[1].version", "missing", 8 },
        { "version not a number", Change("\"version\": 1", "\"version\": \"1\""), "steps[1].version", "whole number", 8 },
        { "newer version", Change("\"version\": 1", "\"version\": 9"), "steps[1].version", "newer than this catalogue", 8 },
        { "older version", Change("\"version\": 2", "\"version\": 1"), "steps[0].version", "the catalogue has 2", 5 },
        { "unknown step member", Change("\"id\": \"b\"", "\"id\": \"b\", \"parameters\": {}"), "steps[1].parameters", "unknown", 8 },
        { "from not text", Change("\"id\": \"b\"", "\"id\": \"b\", \"from\": 0"), "steps[1].from", "must be text", 8 },
        { "dangling from", Change("\"id\": \"b\"", "\"id\": \"b\", \"from\": \"c\""), "steps[1].from", "no step c", 8 },
        { "forward from", Change("\"id\": \"a\"", "\"id\": \"a\", \"from\": \"b\""), "steps[0].from", "later", 5 },
        { "from itself", Change("\"id\": \"b\"", "\"id\": \"b\", \"from\": \"b\""), "steps[1].from", "itself", 8 },
        { "types do not fit", Change("\"operation\": \"test.sum\", \"version\": 1", "\"operation\": \"write.table\", \"version\": 1, \"options\": { \"file\": \"f\" }"), "steps[1]", "takes IResultTable, but step a (test.scale) gives ScaleResult", 8 },
        { "two kinds of input", Change("\"id\": \"b\", \"operation\": \"test.sum\"", "\"id\": \"b\", \"from\": \"input\", \"operation\": \"test.read\""), "steps[1]", "as input of the run", 8 },
        { "options not an object", Change("{ \"factor\": 2 }", "[]"), "steps[0].options", "object", 6 },
        { "unknown option", Change("\"factor\": 2", "\"factr\": 2"), "steps[0].options.factr", "unknown", 6 },
        { "option twice", Change("\"factor\": 2", "\"factor\": 2, \"factor\": 3"), "steps[0].options.factor", "twice", 6 },
        { "number as text", Change("\"factor\": 2", "\"factor\": \"2\""), "steps[0].options.factor", "finite number", 6 },
        { "number too large for a double", Change("\"factor\": 2", "\"factor\": 1e999"), "steps[0].options.factor", "finite number", 6 },
        { "fraction as whole number", Change("\"factor\": 2", "\"repeats\": 1.5"), "steps[0].options.repeats", "whole number", 6 },
        { "below the range", Change("\"factor\": 2", "\"factor\": 0"), "steps[0].options.factor", "(excluded)", 6 },
        { "above the range", Change("\"factor\": 2", "\"repeats\": 11"), "steps[0].options.repeats", "between 1 and 10", 6 },
        { "unknown choice", Change("\"factor\": 2", "\"mode\": \"add\""), "steps[0].options.mode", "multiply, divideBy", 6 },
        { "switch as number", Change("\"factor\": 2", "\"round\": 1"), "steps[0].options.round", "true or false", 6 },
        { "null where there must be text", Change("\"factor\": 2", "\"note\": null"), "steps[0].options.note", "must be text", 6 },
        { "fault in a group", Change("\"factor\": 2", "\"limits\": { \"mx\": 2 }"), "steps[0].options.limits.mx", "unknown", 6 },
        { "rule of a group", Change("\"factor\": 2", "\"limits\": { \"max\": 2, \"min\": 3 }"), "steps[0].options.limits", "below min", 6 },
        { "fault in a list of groups", Change("\"factor\": 2", "\"windows\": [ {}, { \"min\": true } ]"), "steps[0].options.windows[1].min", "finite number", 6 },
        { "list that is none", Change("\"factor\": 2", "\"weights\": 2"), "steps[0].options.weights", "list", 6 },
        { "fault in a list of numbers", Change("\"factor\": 2", "\"weights\": [1, -1]"), "steps[0].options.weights[1]", "at least 0", 6 },
        { "required option missing", Change("\"operation\": \"test.sum\"", "\"operation\": \"write.series\""), "steps[1].options", "file must be given", 8 },
        { "overrides not a list", Override("{}"), "steps[0].overrides", "list", 7 },
        { "override not an object", Override("[1]"), "steps[0].overrides[0]", "JSON object", 7 },
        { "override without row", Override("[{ \"reason\": \"r\", \"exclude\": true }]"), "steps[0].overrides[0].row", "missing", 7 },
        { "override of a negative row", Override("[{ \"row\": -1, \"reason\": \"r\", \"exclude\": true }]"), "steps[0].overrides[0].row", "at least 0", 7 },
        { "override of half a row", Override("[{ \"row\": 0.5, \"reason\": \"r\", \"exclude\": true }]"), "steps[0].overrides[0].row", "whole number", 7 },
        { "override without reason", Override("[{ \"row\": 1, \"exclude\": true }]"), "steps[0].overrides[0].reason", "missing", 7 },
        { "override with an empty reason", Override("[{ \"row\": 1, \"reason\": \"\", \"exclude\": true }]"), "steps[0].overrides[0].reason", "empty", 7 },
        { "override without effect", Override("[{ \"row\": 1, \"reason\": \"r\" }]"), "steps[0].overrides[0]", "needs options", 7 },
        { "override with both effects", Override("[{ \"row\": 1, \"reason\": \"r\", \"exclude\": true, \"options\": {} }]"), "steps[0].overrides[0]", "not both", 7 },
        { "exclude false", Override("[{ \"row\": 1, \"reason\": \"r\", \"exclude\": false }]"), "steps[0].overrides[0].exclude", "must be true", 7 },
        { "override options not an object", Override("[{ \"row\": 1, \"reason\": \"r\", \"options\": 3 }]"), "steps[0].overrides[0].options", "object", 7 },
        { "row overridden twice", Override("[{ \"row\": 1, \"reason\": \"r\", \"exclude\": true }, { \"row\": 1, \"reason\": \"r\", \"options\": {} }]"), "steps[0].overrides[1].row", "twice", 7 },
        { "unknown member of an override", Override("[{ \"row\": 1, \"reason\": \"r\", \"exclude\": true, \"by\": \"me\" }]"), "steps[0].overrides[0].by", "unknown", 7 },
        { "unknown option in an override", Override("[{ \"row\": 1, \"reason\": \"r\", \"options\": { \"factr\": 1 } }]"), "steps[0].overrides[0].options.factr", "unknown", 7 },
        { "override out of range", Override("[{ \"row\": 1, \"reason\": \"r\", \"options\": { \"factor\": -1 } }]"), "steps[0].overrides[0].options.factor", "between", 7 },
        { "override that does not fit the step's options", Override("[{ \"row\": 1, \"reason\": \"r\", \"options\": { \"limits\": { \"max\": -1e301 } } }]"), "steps[0].overrides[0].options.limits", "below min", 7 },
        { "override of a step without rows", Change("\"operation\": \"test.sum\"", "\"operation\": \"write.series\", \"options\": { \"file\": \"f\" }, \"overrides\": [{ \"row\": 1, \"reason\": \"r\", \"exclude\": true }]"), "steps[1].overrides", "work on rows", 8 },
        { "half a surrogate pair", Change("\"factor\": 2", "\"note\": \"\\ud800\""), "", "not Unicode", 6 },
        { "much too deep", new string('[', 500), "", "not JSON", 1 },
    };

    private static string Good => """
        {
          "format": "bigmap-recipe/1",
          "name": "one",
          "steps": [
            { "id": "a", "operation": "test.scale", "version": 2,
              "options": { "factor": 2 }
            },
            { "id": "b", "operation": "test.sum", "version": 1 }
          ]
        }
        """;

    [Fact]
    public void TheUnchangedRecipeIsGood() => Assert.Equal(2, Recipe.Parse(Good, TestSteps.Catalogue).Steps.Count);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryKindOfFaultIsNamed(string kind, string json, string path, string message, int line)
    {
        RecipeException error = Assert.Throws<RecipeException>(() => Recipe.Parse(json, TestSteps.Catalogue, "file.json"));
        Assert.StartsWith("file.json: ", error.Message, StringComparison.Ordinal);
        RecipeFault fault = error.Faults.FirstOrDefault(f => f.Path == path && f.Message.Contains(message, StringComparison.Ordinal))
            ?? throw new Xunit.Sdk.XunitException($"{kind}: {error.Message}");
        Assert.True(fault.Line == line, $"{kind}: line {fault.Line} instead of {line}");
        Assert.True(error.Faults.Count == 1, $"{kind}: {error.Message}");
    }

    [Fact]
    public void AllFaultsAreListedAtOnceInTheOrderOfTheText()
    {
        const string json = """
            {
              "format": "bigmap-recipe/1",
              "author": 1,
              "steps": [
                { "id": "a", "operation": "test.scale", "version": 2,
                  "options": { "factor": -1, "repeets": 3, "mode": "x", "limits": { "min": "0" },
                               "weights": [-1, "a"] },
                  "overrides": [ { "row": 1 }, { "row": -2, "reason": "r", "exclude": true }, { "row": 5, "reason": "r", "options": { "repeats": 0 } } ]
                },
                { "id": "a", "operation": "test.smu", "version": 1, "from": "z" },
                { "operation": "test.read", "version": 1, "from": "a" }
              ]
            }
            """;
        RecipeException error = Assert.Throws<RecipeException>(() => Recipe.Parse(json, TestSteps.Catalogue));
        string[] expected =
        [
            "name", "author", "steps[0].options.repeets", "steps[0].options.mode", "steps[0].options.limits.min", "steps[0].options.factor", "steps[0].options.weights[1]",
            "steps[0].overrides[0].reason", "steps[0].overrides[0]", "steps[0].overrides[1].row", "steps[0].overrides[2].options.repeats", "steps[1].id", "steps[1].operation", "steps[1].from", "steps[2].id", "steps[2]",
        ];
        Assert.Equal(expected.Order(), error.Faults.Select(f => f.Path).Order());
        Assert.Equal(error.Faults.Select(f => f.Line).Order(), error.Faults.Select(f => f.Line));
    }

    [Fact]
    public async Task DamagedTextIsReadOrRefusedButNothingElse()
    {
        using var folder = new TemporaryFolder();
        (_, string path) = await Runs.RecordAsync(folder);
        string record = await File.ReadAllTextAsync(path);
        string[] pieces = ["\"", "{", "}", "[", "]", ",", ":", "0", "-1", "1e999", "null", "true", "\"\\ud800\"", "\\u0000", "//", "\"factor\"", "\"options\"", "\u00e9", " ", ""];
        var random = new Random(2);
        int refused = 0;
        for (int i = 0; i < 4000; i++)
        {
            bool isRecipe = i % 2 == 0;
            string text = isRecipe ? Runs.RecipeJson : record;
            int at = random.Next(text.Length), removed = Math.Min(random.Next(4) * random.Next(6), text.Length - at);
            text = text[..at] + pieces[random.Next(pieces.Length)] + text[(at + removed)..];
            try
            {
                if (isRecipe)
                    Recipe.Parse(text, TestSteps.Catalogue).ToJson();
                else
                    ProvenanceRecord.Parse(text).ToJson();
            }
            catch (Exception e) when (e is RecipeException or InputFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 2000, 3999);
    }

    [Fact]
    public void RecipesInCodeAreCheckedTheSameWay()
    {
        RecipeException error = Assert.Throws<RecipeException>(() => new Recipe("", [
            RecipeStep.Of("a b", TestSteps.Scale, new ScaleOptions { Factor = -1 }),
            new RecipeStep("c", TestSteps.Sum, new ScaleOptions()) { From = "later" },
            RecipeStep.Of("d", TestSteps.WriteTable, new WriteOptions { File = "f" }, from: "a b"),
        ]));
        Assert.Equal(["name", "steps[0].id", "steps[0].options.factor", "steps[1].from", "steps[1].options", "steps[2]"], error.Faults.Select(f => f.Path).Order());
        Assert.Throws<RecipeException>(() => new Recipe("empty", []));
    }

    private static string Change(string from, string to)
    {
        Assert.Contains(from, Good, StringComparison.Ordinal);
        return Good.Replace(from, to, StringComparison.Ordinal);
    }

    private static string Override(string overrides) => Change("\"factor\": 2 }\n", "\"factor\": 2 },\n\"overrides\": " + overrides + "\n").Replace("\n    },", " },", StringComparison.Ordinal);
}
