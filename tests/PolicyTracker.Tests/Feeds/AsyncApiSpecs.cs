using System.Diagnostics;
using System.Runtime.CompilerServices;
using PolicyTracker.Feeds;
using PolicyTracker.Feeds.Catalogue;
using PolicyTracker.Tests.Support;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace PolicyTracker.Tests.Feeds;

/// <summary>The description of the channels, as a reader of AsyncAPI meets it.</summary>
public sealed class AsyncApiSpecs(TestDatabase database) : IAsyncLifetime
{
    private const string Validate = """
        const text = require('fs').readFileSync(0, 'utf8');
        const { Parser } = require('@asyncapi/parser');
        new Parser().parse(text).then(({ document, diagnostics }) => {
          for (const d of diagnostics.filter(d => d.severity === 0)) console.log(`${d.path.join('.')}: ${d.message}`);
          console.log(document ? `${document.operations().all().length} operations` : 'no document');
        });
        """;

    private string _text = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private YamlMappingNode Root
    {
        get
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(_text));
            return (YamlMappingNode)yaml.Documents[0].RootNode;
        }
    }

    public async ValueTask InitializeAsync()
    {
        await using var host = await FeedHost.StartAsync(await database.CreateDatabaseAsync());
        using var response = await host.Client.GetAsync(AsyncApi.Path, Cancellation);
        Assert.Equal(AsyncApi.MediaType, response.Content.Headers.ContentType?.MediaType);
        _text = await response.Content.ReadAsStringAsync(Cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void every_channel_carries_every_public_type()
    {
        var channels = (YamlMappingNode)Root["channels"];
        Assert.Equal(["pull", "stream", "webhook", "broker"], channels.Children.Keys.Select(name => name.ToString()));
        Assert.All(channels.Children.Values, channel => Assert.Equal(PublicEvents.Names, ((YamlMappingNode)channel["messages"]).Children.Keys.Select(name => name.ToString())));
    }

    [Fact]
    public void every_parameter_of_a_read_is_described()
    {
        Assert.Equal(GetEvents.Parameters.Order(), Described("sendPage"));
        Assert.Equal(StreamEvents.Parameters.Order(), Described("sendStream"));

        IEnumerable<string> Described(string operation)
        {
            var query = Root["operations"][operation]["bindings"]["http"]["query"];
            Assert.Equal("#/components/schemas/Filter", query["allOf"][0]["$ref"].ToString());
            return Names(query).Concat(Names(Root["components"]["schemas"]["Filter"])).Order();
        }

        static IEnumerable<string> Names(YamlNode schema) => ((YamlMappingNode)schema["properties"]).Children.Keys.Select(name => name.ToString());
    }

    [Fact]
    public void every_reference_leads_somewhere()
    {
        var references = Root.AllNodes.OfType<YamlMappingNode>().SelectMany(node => node.Children).Where(member => member.Key.ToString() == "$ref").Select(member => member.Value.ToString()).ToList();
        Assert.NotEmpty(references);
        foreach (var reference in references.Distinct())
            Assert.IsType<YamlMappingNode>(reference.Split('/')[1..].Aggregate((YamlNode)Root, (node, name) => node[name]));
    }

    [Fact]
    public async Task the_parser_of_the_standard_finds_nothing_wrong()
    {
        using var node = StartNode() ?? throw new InvalidOperationException("node did not start.");
        await node.StandardInput.WriteAsync(_text);
        node.StandardInput.Close();
        var (said, failed) = (await node.StandardOutput.ReadToEndAsync(Cancellation), await node.StandardError.ReadToEndAsync(Cancellation));
        Assert.SkipWhen(failed.Contains("Cannot find module '@asyncapi/parser'", StringComparison.Ordinal), "The npm package @asyncapi/parser is neither beside the tests nor under NODE_PATH.");
        Assert.Equal(("4 operations\n", ""), (said, failed));
    }

    [Fact]
    public void the_description_is_the_golden_one()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDENS") == "1")
            File.WriteAllText(Golden(), _text);
        Assert.True(_text == File.ReadAllText(Golden()), "The description of the channels has changed. If that is meant, run the tests once with UPDATE_GOLDENS=1 and read the difference.");
    }

    private static Process? StartNode()
    {
        try
        {
            return Process.Start(new ProcessStartInfo("node", ["-e", Validate]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("node is not on this machine.");
            return null;
        }
    }

    private static string Golden([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "..", "Contracts", "asyncapi.yaml");
}
