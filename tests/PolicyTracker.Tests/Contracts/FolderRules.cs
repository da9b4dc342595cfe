using System.Text.RegularExpressions;
using PolicyTracker.Facts;
using Xunit;

namespace PolicyTracker.Tests.Contracts;

/// <summary>Who may know whom, read from the source text.</summary>
public partial class FolderRules
{
    private static readonly string Service = Path.Combine(Root(), "services", "PolicyTracker");

    // In the order in which they build on each other: a folder knows those before it.
    private static readonly string[] Folders = ["Recording", "Snapshots", "Registry", "Facts", "Measures", "Days", "Reliance", "Views", "CountryViews", "History", "RegistryViews", "Impact", "Sources", "Feeds", "Webhooks", "Broker", "Seeds", "Hosting"];

    /// <summary>What a folder may know although it comes later, and why.</summary>
    private static readonly (string Folder, string Knows)[] Exceptions =
    [
        // Names are resolved for facts, and facts are read by the names in them.
        ("Registry", "Facts"),
    ];

    /// <summary>What the files of a folder may not name. The empty folder is the root of the service.</summary>
    public static TheoryData<string, string[]> Forbidden
    {
        get
        {
            var forbidden = new TheoryData<string, string[]> { { "", [.. Folders.Where(f => f != "Facts")] } };
            foreach (var (i, folder) in Folders.Index())
                forbidden.Add(folder, [.. Folders[(i + 1)..].Where(later => !Exceptions.Contains((folder, later)))]);
            return forbidden;
        }
    }

    [Theory, MemberData(nameof(Forbidden))]
    public void a_folder_knows_only_what_it_builds_on(string folder, string[] forbidden)
    {
        var broken =
            from file in Files(folder)
            from name in forbidden
            where Names(File.ReadAllText(file), name)
            select $"{Path.GetRelativePath(Service, file)} names {name}";
        Assert.Empty(broken);
    }

    [Fact]
    public void every_folder_has_its_rule() => Assert.Empty(
        Directory.GetDirectories(Service).Select(folder => Path.GetFileName(folder)!)
            .Where(folder => folder is not ("bin" or "obj" or "docs" or "Internal" or "Properties" or "wwwroot"))
            .Except(Folders));

    [Fact]
    public void namespaces_say_what_is_in_them()
    {
        string[] empty = ["Utils", "Utilities", "Helpers", "Common", "Core", "Shared", "Misc"];
        Assert.DoesNotContain(typeof(Fact).Assembly.GetTypes().Select(type => type.Namespace ?? ""),
            space => space.StartsWith("PolicyTracker", StringComparison.Ordinal) && space.Split('.').Intersect(empty).Any());
    }

    [Fact]
    public void a_name_is_found_in_code_and_not_in_comments()
    {
        Assert.True(Names("using PolicyTracker.Hosting;", "Hosting"));
        Assert.True(Names("var x = Hosting.Problems.ContentType;", "Hosting"));
        Assert.False(Names("using Microsoft.Extensions.Hosting;", "Hosting"));
        Assert.False(Names("// as in Hosting.Problems", "Hosting"));
    }

    private static IEnumerable<string> Files(string folder) => folder.Length == 0
        ? Directory.GetFiles(Service, "*.cs").Where(file => Path.GetFileName(file) != "Program.cs")
        : Directory.Exists(Path.Combine(Service, folder)) ? Directory.GetFiles(Path.Combine(Service, folder), "*.*", SearchOption.AllDirectories).Where(IsSource) : [];

    private static bool IsSource(string file) => Path.GetExtension(file) is ".cs" or ".razor";

    private static bool Names(string source, string space) =>
        Regex.IsMatch(Comment().Replace(source, ""), $@"(PolicyTracker\.|(?<![\w.])){Regex.Escape(space)}(\.[A-Z]|;)", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "PolicyTracker.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
        return folder.FullName;
    }

    [GeneratedRegex(@"//.*", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();
}
