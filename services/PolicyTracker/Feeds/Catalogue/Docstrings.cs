using System.Collections.Frozen;
using System.Reflection;
using System.Xml.Linq;

namespace PolicyTracker.Feeds.Catalogue;

/// <summary>What the docstrings of the code say of types, their fields and their values. The compiler leaves them in a file beside the assembly.</summary>
internal static class Docstrings
{
    private static readonly FrozenDictionary<string, string> Texts = Read();

    public static string? Of(Type type) => Texts.GetValueOrDefault($"T:{type.FullName}");

    /// <summary>Of a field: by its own docstring, or by its parameter's in the record that declares it.</summary>
    public static string? Of(MemberInfo member) => Of("P", member) ?? Of("F", member) ?? Texts.GetValueOrDefault(Parameter($"T:{member.DeclaringType!.FullName}", member.Name));

    private static string? Of(string kind, MemberInfo member) => Texts.GetValueOrDefault($"{kind}:{member.DeclaringType!.FullName}.{member.Name}");

    private static string Parameter(string type, string name) => $"{type}({name})";

    private static FrozenDictionary<string, string> Read()
    {
        var members = XDocument.Load(Path.ChangeExtension(typeof(Docstrings).Assembly.Location, ".xml")).Descendants("member").ToList();
        var own = members.Where(member => member.Element("summary") is not null).Select(member => (Name: NameOf(member), Text: TextOf(member.Element("summary")!)));
        var parameters =
            from member in members
            from parameter in member.Elements("param")
            select (Name: Parameter(NameOf(member), NameOf(parameter)), Text: TextOf(parameter));
        return own.Concat(parameters).ToFrozenDictionary(text => text.Name, text => text.Text);
    }

    private static string NameOf(XElement member) => member.Attribute("name")!.Value;

    private static string TextOf(XElement element)
    {
        var text = string.Concat(element.Nodes().Select(node => node switch
        {
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" } link => link.Attribute("cref")!.Value.Split('.')[^1],
            XElement { Name.LocalName: "paramref" } parameter => NameOf(parameter),
            XElement other => other.Value,
            XText words => words.Value,
            _ => "",
        }));
        return string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
