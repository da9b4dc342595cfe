using NSec.Cryptography;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

public sealed class WebhookKeyPairSpecs
{
    /// <summary>RFC 8032, section 7.1, TEST 1 to 3.</summary>
    [Theory]
    [InlineData("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void it_signs_as_the_standard_does(string privateKey, string publicKey, string message, string signature)
    {
        var pair = SigningKey.Of($"whsk_{Base64(privateKey + publicKey)}");
        Assert.Equal($"whpk_{Base64(publicKey)}", pair.PublicKey);
        Assert.Equal($"v1a,{Base64(signature)}", pair.Sign(Convert.FromHexString(message)));
    }

    [Fact]
    public void one_that_is_made_is_read_back_is_verified_by_its_public_key_and_no_second_one_is_like_it()
    {
        var pairs = Enumerable.Range(0, 100).Select(_ => WebhookKeyPair.Generate()).ToList();
        Assert.Equal(100, pairs.Select(pair => pair.PublicKey).Distinct().Count());
        Assert.All(pairs, pair =>
        {
            Assert.Equal(pair, SigningKey.Of(pair.Reveal()));
            var key = PublicKey.Import(SignatureAlgorithm.Ed25519, Convert.FromBase64String(pair.PublicKey["whpk_".Length..]), KeyBlobFormat.RawPublicKey);
            Assert.True(SignatureAlgorithm.Ed25519.Verify(key, "{}"u8, Convert.FromBase64String(pair.Sign("{}"u8)["v1a,".Length..])));
        });
    }

    /// <summary>The private key of TEST 1 alone, with the public key of TEST 2, with its own under another prefix, and with a blank.</summary>
    [Theory]
    [InlineData("whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")]
    [InlineData("whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A9QBfD6EOJWpK3CqdNG368nJgszy7EloxgzVXxKvRmDA==")]
    [InlineData("whpk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2DXWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGg==")]
    [InlineData("whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2DXWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGg== ")]
    public void what_is_no_key_pair_is_refused_and_not_repeated(string text)
    {
        Assert.False(WebhookKeyPair.TryParse(text, out _));
        Assert.DoesNotContain("nWGxne", Assert.Throws<Refused>(() => SigningKey.Of(text)).ToString(), StringComparison.Ordinal);
    }

    private static string Base64(string hex) => Convert.ToBase64String(Convert.FromHexString(hex));
}
