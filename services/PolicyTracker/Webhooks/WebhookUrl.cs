using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace PolicyTracker.Webhooks;

/// <summary>The address that a subscriber gives. What it leads to is looked at when it is connected to, and only then.</summary>
internal static partial class WebhookUrl
{
    private const int Longest = 2000, LongestHost = 253;

    /// <summary>Whether events may be sent there; if not, why.</summary>
    public static bool Check(string text, WebhookOptions options, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out Violation? violation)
    {
        violation = Broken(text, options, out var parsed);
        url = violation is null ? parsed : null;
        return url is not null;
    }

    private static Violation? Broken(string text, WebhookOptions options, out Uri? parsed)
    {
        parsed = null;
        if (text.Length > Longest)
            return new Violation(Codes.TooLong, "url", $"At most {Longest} characters are accepted; {text.Length} were given.", [$"at most {Longest}"]);
        if (Form().Match(text) is not { Success: true } parts || !Uri.TryCreate(text, UriKind.Absolute, out parsed))
            return Refuse("is no address of a receiver.", "https://name/path in printable ASCII: a name of other letters in its form xn--…, no user name, no fragment");
        var host = parts.Groups["host"].Value;
        if (options.AllowsHost(host.Trim('[', ']')) && (!IsNumeric(host) || IsCanonical(host)))
            return null;
        if (parsed.Scheme != Uri.UriSchemeHttps)
            return Refuse("is not https.", "https");
        if (IsNumeric(host))
            return Refuse("names its host by number.", "the name of a host");
        if (host.Length > LongestHost || !Name().IsMatch(host))
            return Refuse("has no public name of a host.", "a full name of a host, such as hooks.example.com");
        if (!options.AllowsPort(parsed.Port))
            return Refuse($"has the port {parsed.Port.ToString(CultureInfo.InvariantCulture)}.", ["443", "8443", .. options.MorePorts.Select(port => port.ToString(CultureInfo.InvariantCulture))]);
        return null;

        Violation Refuse(string detail, params string[] allowed) => new(Codes.UrlNotAllowed, "url", $"'{Echo.Of(text)}' {detail}", allowed);
    }

    /// <summary>Whether it is an IP address in one of the ways to write one: decimal, octal, hexadecimal, of fewer parts, or IPv6.</summary>
    private static bool IsNumeric(string host) => host[0] == '[' || Number().IsMatch(host);

    /// <summary>Whether an IP address is written in the one way in which everybody reads the same.</summary>
    private static bool IsCanonical(string host) =>
        host.Trim('[', ']') is var literal && IPAddress.TryParse(literal, out var address) && address.ToString().Equals(literal, StringComparison.OrdinalIgnoreCase);

    // No user name, escapes, zones, backslashes, spaces: what two parsers would read in two ways is not accepted.
    [GeneratedRegex(@"^https?://(?<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?([/?][!-""$-\[\]-~]*)?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    [GeneratedRegex(@"^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    // As browsers do: a host whose last label is a number is an IPv4 address or nothing.
    [GeneratedRegex(@"(^|\.)([0-9]+|0x[0-9a-f]*)\.?\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
