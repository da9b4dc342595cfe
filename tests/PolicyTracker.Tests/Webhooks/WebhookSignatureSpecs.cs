using System.Text;
using CsCheck;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

public sealed class WebhookSignatureSpecs
{
    private static readonly Gen<WebhookSecret> Secrets = Gen.Byte.Array[24, 64].Select(key => WebhookSecret.Parse($"whsec_{Convert.ToBase64String(key)}"));
    private static readonly Gen<string> Ids = Gen.String["abcdefghijklmnopqrstuvwxyz0123456789-_:"].Where(id => id.Length > 0);
    private static readonly Gen<DateTimeOffset> Times = Gen.Long[0, 4_000_000_000].Select(DateTimeOffset.FromUnixTimeSeconds);

    /// <summary>The one vector that the libraries of Standard Webhooks publish, in each of them: <c>libraries/csharp/StandardWebhooks.Tests/WebhookTest.cs</c> of standard-webhooks/standard-webhooks at b2fa7b8.</summary>
    [Fact]
    public void the_signature_is_that_of_the_libraries_of_standard_webhooks()
    {
        var secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            WebhookSignature.Sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}"""u8));
    }

    /// <summary>
    /// The same message signed by a key pair: <c>test_asymmetric_key_signing</c> in <c>server/svix-server/src/worker.rs</c> of svix/svix-webhooks at 0077760. The specification
    /// of Standard Webhooks shows this signature as its example.
    /// </summary>
    [Fact]
    public void and_by_a_key_pair_that_of_the_specification()
    {
        var pair = SigningKey.Of("whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==");
        Assert.Equal("v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==",
            WebhookSignature.Sign(pair, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}"""u8));
    }

    /// <summary>Made with OpenSSL: <c>printf '%s' "$id.$time.$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$key -binary | base64</c>.</summary>
    [Theory]
    [InlineData("000102030405060708090a0b0c0d0e0f1011121314151617", "e1", 0, "", "hx1Iavb3Xp6wyTgM8+EXxOPfrXrNsAfOcNigA7sqRK8=")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "sub-1:7-9", 1714608000, "[\"\u00e9\u4e2d\"]", "lEuf5HUDpFWUHQrA8ss2EHm6GAyz9Z1aQ2a6nyEVgus=")]
    public void and_that_of_openssl(string key, string id, long time, string body, string signature) => Assert.Equal($"v1,{signature}",
        WebhookSignature.Sign(WebhookSecret.Parse($"whsec_{Convert.ToBase64String(Convert.FromHexString(key))}"), id, DateTimeOffset.FromUnixTimeSeconds(time), Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void whoever_has_any_of_the_secrets_can_verify_and_nobody_else() => Gen.Select(Secrets.Array[1, 3], Secrets, Ids, Times, Gen.Byte.Array[0, 200]).Sample((secrets, other, id, time, body) =>
    {
        var header = WebhookSignature.Header(secrets, id, time, body);
        foreach (var secret in secrets)
            Assert.True(Verifies(secret, id, time, header, body));
        Assert.Equal(secrets.Contains(other), Verifies(other, id, time, header, body));
    });

    [Fact]
    public void nothing_that_was_signed_can_be_changed() => Gen.Select(Secrets, Ids, Times, Gen.Byte.Array[1, 200], Gen.Int[0, 199]).Sample((secret, id, time, body, at) =>
    {
        var header = WebhookSignature.Header([secret], id, time, body);
        var changed = body.ToArray();
        changed[at % body.Length] ^= 1;
        Assert.False(Verifies(secret, id, time, header, changed));
        Assert.False(Verifies(secret, $"{id}x", time, header, body));
        Assert.False(WebhookSignature.Verify(secret, id, WebhookSignature.TimestampOf(time.AddSeconds(1)), header, body, time));
    });

    /// <summary>As the libraries' own specs have it: signatures of other versions, and such that match nothing, are passed over.</summary>
    [Fact]
    public void one_of_several_signatures_is_enough()
    {
        var (secret, now) = (WebhookSecret.Generate(), DateTimeOffset.FromUnixTimeSeconds(1714608000));
        var valid = WebhookSignature.Sign(secret, "e1", now, "{}"u8);
        const string noise = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
        Assert.True(Verifies(secret, "e1", now, $"{noise} {valid}", "{}"u8));
        Assert.False(Verifies(secret, "e1", now, noise, "{}"u8));
        Assert.False(Verifies(secret, "e1", now, valid.Replace("v1,", "v2,", StringComparison.Ordinal), "{}"u8));
        Assert.False(Verifies(secret, "e1", now, "v1,", "{}"u8));
        Assert.False(Verifies(secret, "e1", now, "", "{}"u8));
    }

    [Theory]
    [InlineData(0, true), InlineData(300, true), InlineData(-300, true), InlineData(301, false), InlineData(-301, false)]
    public void a_message_is_taken_for_five_minutes_around_its_time(int secondsLater, bool taken)
    {
        var (secret, time) = (WebhookSecret.Generate(), DateTimeOffset.FromUnixTimeSeconds(1714608000));
        var header = WebhookSignature.Sign(secret, "e1", time, "{}"u8);
        Assert.Equal(taken, WebhookSignature.Verify(secret, "e1", "1714608000", header, "{}"u8, time.AddSeconds(secondsLater)));
        Assert.False(WebhookSignature.Verify(secret, "e1", "now", header, "{}"u8, time));
    }

    private static bool Verifies(WebhookSecret secret, string id, DateTimeOffset time, string header, ReadOnlySpan<byte> body) =>
        WebhookSignature.Verify(secret, id, WebhookSignature.TimestampOf(time), header, body, time);
}
