using System.Diagnostics;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Docs;

/// <summary>The program of the page on webhooks, run as its reader would.</summary>
public sealed class WebhookPageSpecs
{
    private const string Signature = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";

    /// <summary>The vector of Svix: <c>test_asymmetric_key_signing</c> in <c>server/svix-server/src/worker.rs</c> of svix/svix-webhooks at 0077760.</summary>
    [Theory]
    [InlineData(Signature, """{"test": 2432232314}""", "True")]
    [InlineData($"v1,bm8= v1a,bm8= v1a,no {Signature}", """{"test": 2432232314}""", "True")]
    [InlineData(Signature, """{"test": 2432232315}""", "False")]
    [InlineData("v1a,bm8=", """{"test": 2432232314}""", "False")]
    public async Task a_receiver_takes_what_the_public_key_verifies_and_nothing_else(string signature, string body, string taken)
    {
        Tool.Require("python3");
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "genuine.py"), Page.Read("webhooks.md").FileText("genuine.py"), TestContext.Current.CancellationToken);
        var call = $$"""
            from genuine import is_genuine
            headers = {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330", "webhook-signature": "{{signature}}"}
            print(is_genuine(["whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="], headers, b'{{body}}'))
            """;
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", call]) { WorkingDirectory = folder.Path, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, failed) = (await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), await python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.SkipWhen(failed.Contains("No module named 'cryptography'", StringComparison.Ordinal), "This test needs Python's package cryptography, which is not on this machine.");
        Assert.Equal(($"{taken}\n", ""), (said, failed));
    }
}
