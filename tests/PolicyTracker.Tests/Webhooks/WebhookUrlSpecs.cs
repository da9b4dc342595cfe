using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

public sealed class WebhookUrlSpecs
{
    private static readonly WebhookOptions Default = new();
    private static readonly WebhookOptions Trial = new() { AllowedHosts = ["127.0.0.1", "receiver", "10.1.0.0/16", "::1"], MorePorts = [9443] };

    [Theory]
    [InlineData("https://hooks.example.com"), InlineData("https://hooks.example.com/a/b?c=d&e=%20"), InlineData("https://HOOKS.Example.COM:443/")]
    [InlineData("https://hooks.example.com:8443/x"), InlineData("https://xn--bcher-kva.example/hook"), InlineData("https://a-b.c_d.example.co"), InlineData("https://1.2.3.4.example.com/")]
    public void a_full_name_on_https_is_taken(string text)
    {
        Assert.True(WebhookUrl.Check(text, Default, out var url, out _));
        Assert.Equal(new Uri(text), url);
    }

    [Theory]
    [InlineData("http://hooks.example.com/"), InlineData("ftp://hooks.example.com/"), InlineData("file:///etc/passwd"), InlineData("gopher://hooks.example.com/"), InlineData("hooks.example.com"), InlineData("//hooks.example.com"), InlineData("")]
    // Who reads the host in another way than we do could lead elsewhere.
    [InlineData("https://user@hooks.example.com/"), InlineData("https://user:word@hooks.example.com/"), InlineData("https://hooks.example.com@127.0.0.1/"), InlineData("https://hooks.example.com\\@127.0.0.1/")]
    [InlineData("https://127.0.0.1#@hooks.example.com/"), InlineData("https://hooks.example.com/#part"), InlineData("https://hooks.example.com /"), InlineData("https://hooks.example.com/\nX: y"), InlineData("https://hooks.example.com/ü")]
    [InlineData("https://%6c%6f%63al.example.com/"), InlineData("https://bücher.example/"), InlineData("https://１２７.0.0.1/"), InlineData("https://127。0。0。1/"), InlineData("https:hooks.example.com"), InlineData("https:///hooks.example.com"), InlineData(" https://hooks.example.com")]
    // Every way to write 127.0.0.1, and others.
    [InlineData("https://127.0.0.1/"), InlineData("https://2130706433/"), InlineData("https://017700000001/"), InlineData("https://0177.0.0.1/"), InlineData("https://0x7f000001/"), InlineData("https://0x7f.0.0.1/"), InlineData("https://0X7F.1/")]
    [InlineData("https://127.1/"), InlineData("https://127.0.0.1./"), InlineData("https://0/"), InlineData("https://8.8.8.8/"), InlineData("https://[::1]/"), InlineData("https://[::ffff:127.0.0.1]/"), InlineData("https://[fe80::1%25eth0]/"), InlineData("https://[::]/"), InlineData("https://[2606:4700::1111]/")]
    [InlineData("https://hooks.example.0x1/"), InlineData("https://hooks.example.999/")]
    [InlineData("https://localhost/"), InlineData("https://intranet/"), InlineData("https://hooks.example.com./"), InlineData("https://-a.example.com/"), InlineData("https://a..example.com/"), InlineData("https://.example.com/")]
    [InlineData("https://hooks.example.com:80/"), InlineData("https://hooks.example.com:22/"), InlineData("https://hooks.example.com:0/"), InlineData("https://hooks.example.com:99999/"), InlineData("https://hooks.example.com:9443/"), InlineData("https://hooks.example.com:/")]
    public void anything_else_is_refused(string text)
    {
        Assert.False(WebhookUrl.Check(text, Default, out var url, out var violation));
        Assert.Null(url);
        Assert.Equal(("url_not_allowed", "url"), (violation.Code, violation.Field));
        Assert.NotEmpty(violation.Allowed!);
    }

    [Theory]
    [InlineData("http://127.0.0.1:49152/hook"), InlineData("https://127.0.0.1/"), InlineData("http://receiver:8080/"), InlineData("http://RECEIVER/"), InlineData("http://10.1.2.3:99/"), InlineData("http://[::1]:8080/"), InlineData("https://hooks.example.com:9443/")]
    public void what_the_operator_allows_is_taken(string text) => Assert.True(WebhookUrl.Check(text, Trial, out _, out _));

    [Theory]
    [InlineData("http://127.0.0.2/"), InlineData("http://10.2.0.1/"), InlineData("http://receiver.example.com/"), InlineData("http://hooks.example.com:9443/"), InlineData("http://[::2]/")]
    // Allowed, but not as it is written here.
    [InlineData("http://2130706433/"), InlineData("http://127.1/"), InlineData("http://0x7f.0.0.1/"), InlineData("http://[0:0:0:0:0:0:0:1]/"), InlineData("http://user@127.0.0.1/"), InlineData("ftp://127.0.0.1/")]
    public void and_nothing_more_than_that(string text) => Assert.False(WebhookUrl.Check(text, Trial, out _, out _));

    [Fact]
    public void a_long_address_is_refused()
    {
        const string host = "https://hooks.example.com/";
        Assert.True(WebhookUrl.Check(host + new string('a', 2000 - host.Length), Default, out _, out _));
        Assert.False(WebhookUrl.Check(host + new string('a', 2001 - host.Length), Default, out _, out var violation));
        Assert.Equal("too_long", violation.Code);
        // RFC 1035: a label has 63 characters at most, a name 253.
        Assert.True(WebhookUrl.Check($"https://{new string('a', 63)}.example/", Default, out _, out _));
        Assert.False(WebhookUrl.Check($"https://{new string('a', 64)}.example/", Default, out _, out _));
        Assert.False(WebhookUrl.Check($"https://{string.Concat(Enumerable.Repeat("abcdefg.", 32))}com/", Default, out _, out _));
    }
}
