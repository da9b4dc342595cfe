using System.Buffers.Binary;
using System.Net;
using CsCheck;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

public sealed class PublicAddressesSpecs
{
    private static readonly Gen<IPAddress> Fours = Gen.Byte.Array[4].Select(bytes => new IPAddress(bytes));

    /// <summary>Both ends of each block, and what lies just outside, by IANA's registries of special-purpose addresses.</summary>
    [Theory]
    [InlineData("0.0.0.0"), InlineData("0.255.255.255"), InlineData("10.0.0.0"), InlineData("10.255.255.255")]
    [InlineData("100.64.0.0"), InlineData("100.127.255.255"), InlineData("127.0.0.1"), InlineData("127.255.255.255")]
    [InlineData("169.254.0.1"), InlineData("169.254.169.254"), InlineData("172.16.0.0"), InlineData("172.31.255.255")]
    [InlineData("192.0.0.1"), InlineData("192.0.0.192"), InlineData("192.0.2.1"), InlineData("192.88.99.1"), InlineData("192.168.0.1"), InlineData("192.168.255.255")]
    [InlineData("198.18.0.1"), InlineData("198.19.255.255"), InlineData("198.51.100.7"), InlineData("203.0.113.7")]
    [InlineData("224.0.0.1"), InlineData("239.255.255.255"), InlineData("240.0.0.1"), InlineData("255.255.255.255")]
    [InlineData("::"), InlineData("::1"), InlineData("::7f00:1"), InlineData("::10.0.0.1"), InlineData("::8.8.8.8")]
    [InlineData("::ffff:127.0.0.1"), InlineData("::ffff:10.0.0.1"), InlineData("::ffff:169.254.169.254"), InlineData("::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1"), InlineData("64:ff9b::10.0.0.1"), InlineData("64:ff9b::169.254.169.254"), InlineData("64:ff9b:1::1"), InlineData("64:ff9b:1::8.8.8.8")]
    [InlineData("100::1"), InlineData("2001::1"), InlineData("2001:0:7f00:1::"), InlineData("2001:2::1"), InlineData("2001:10::1"), InlineData("2001:20::1"), InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::"), InlineData("2002:a00:1::1"), InlineData("2002:c0a8:1::1"), InlineData("2002:808:808::1"), InlineData("3fff::1"), InlineData("3fff:fff::1")]
    [InlineData("4000::1"), InlineData("5f00::1"), InlineData("fc00::1"), InlineData("fd12:3456::1"), InlineData("fe80::1"), InlineData("fe80::1%1"), InlineData("fec0::1"), InlineData("ff02::1"), InlineData("ff0e::1")]
    public void what_is_local_reserved_or_another_form_of_it_is_not_public(string address) => Assert.False(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.0.0.0"), InlineData("8.8.8.8"), InlineData("9.255.255.255"), InlineData("11.0.0.0"), InlineData("100.63.255.255"), InlineData("100.128.0.0")]
    [InlineData("126.255.255.255"), InlineData("128.0.0.0"), InlineData("169.253.255.255"), InlineData("169.255.0.0"), InlineData("172.15.255.255"), InlineData("172.32.0.0")]
    [InlineData("192.0.1.0"), InlineData("192.0.3.0"), InlineData("192.167.255.255"), InlineData("192.169.0.0"), InlineData("198.17.255.255"), InlineData("198.20.0.0")]
    [InlineData("198.51.99.255"), InlineData("198.51.101.0"), InlineData("203.0.112.255"), InlineData("203.0.114.0"), InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8"), InlineData("64:ff9b::8.8.8.8"), InlineData("2001:200::1"), InlineData("2001:4860:4860::8888"), InlineData("2606:4700::1111"), InlineData("2a00:1450::1"), InlineData("3ffe::1")]
    public void the_rest_is(string address) => Assert.True(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Fact]
    public void a_form_of_an_address_is_judged_as_the_address() => Fours.Sample(four =>
    {
        Assert.Equal(PublicAddresses.Contains(four), PublicAddresses.Contains(four.MapToIPv6()));
        Assert.Equal(PublicAddresses.Contains(four), PublicAddresses.Contains(In("64:ff9b::", four, 12)));
        Assert.False(PublicAddresses.Contains(In("::", four, 12)), "IPv4-compatible");
        Assert.False(PublicAddresses.Contains(In("2002::", four, 2)), "6to4");
        Assert.False(PublicAddresses.Contains(In("2001::", four, 4)), "Teredo");
    });

    [Theory]
    [InlineData("10", 24), InlineData("127", 24), InlineData("172.16", 20), InlineData("192.168", 16), InlineData("169.254", 16), InlineData("100.64", 22)]
    public void nothing_of_a_private_network_is_public(string network, int hostBits) => Gen.UInt[0, (1u << hostBits) - 1].Sample(host =>
    {
        var first = IPAddress.Parse(string.Join('.', network.Split('.').Concat(["0", "0", "0"]).Take(4))).GetAddressBytes();
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(first) + host);
        Assert.False(PublicAddresses.Contains(new IPAddress(bytes)), new IPAddress(bytes).ToString());
    });

    /// <summary>The IPv6 address that has the bytes of an IPv4 address at a place.</summary>
    private static IPAddress In(string prefix, IPAddress four, int at)
    {
        var bytes = IPAddress.Parse(prefix).GetAddressBytes();
        four.GetAddressBytes().CopyTo(bytes, at);
        return new IPAddress(bytes);
    }
}
