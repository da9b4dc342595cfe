using System.Net;
using System.Net.Sockets;

namespace PolicyTracker.Webhooks;

/// <summary>Which IP addresses are of the public internet, by the registries of special-purpose addresses (RFC 6890) that IANA keeps.</summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] SpecialOfFour = Networks(
        "0.0.0.0/8",       // this network
        "10.0.0.0/8",      // private
        "100.64.0.0/10",   // shared by a carrier's customers
        "127.0.0.0/8",     // loopback
        "169.254.0.0/16",  // link-local, and where clouds tell their machines' secrets
        "172.16.0.0/12",   // private
        "192.0.0.0/24",    // protocol assignments
        "192.0.2.0/24",    // documentation
        "192.88.99.0/24",  // 6to4 relays
        "192.168.0.0/16",  // private
        "198.18.0.0/15",   // benchmarks
        "198.51.100.0/24", // documentation
        "203.0.113.0/24",  // documentation
        "224.0.0.0/4",     // multicast
        "240.0.0.0/4");    // reserved, broadcast

    // All else of IPv6 is unassigned, local, multicast, or an IPv4 address in another form.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] SpecialOfSix = Networks(
        "2001::/23",       // protocol assignments, Teredo among them
        "2001:db8::/32",   // documentation
        "2002::/16",       // 6to4, which leads on to any IPv4 address
        "3fff::/20");      // documentation

    // What a network of IPv6 alone calls the IPv4 addresses of the internet.
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    public static bool Contains(IPAddress address) => FourOf(address) is { } four
        ? !SpecialOfFour.Any(network => network.Contains(four))
        : GlobalUnicast.Contains(address) && !SpecialOfSix.Any(network => network.Contains(address));

    /// <summary>The IPv4 address that it is, or that it stands for; null when neither.</summary>
    public static IPAddress? FourOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? address
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : Translated.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12))
        : null;

    private static IPNetwork[] Networks(params string[] networks) => [.. networks.Select(IPNetwork.Parse)];
}
