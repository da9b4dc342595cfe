using System.Text.Json;
using CsCheck;
using PolicyTracker.Webhooks;
using Xunit;

namespace PolicyTracker.Tests.Webhooks;

public sealed class WebhookSecretSpecs
{
    [Fact]
    public void a_secret_that_is_made_has_32_bytes_and_no_second_one_is_like_it()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => WebhookSecret.Generate()).ToList();
        Assert.Equal(100, secrets.Distinct().Count());
        Assert.All(secrets, secret => Assert.Equal(32, Convert.FromBase64String(secret.Reveal()["whsec_".Length..]).Length));
    }

    /// <summary>Standard Webhooks 1.0: between 24 and 64 bytes.</summary>
    [Fact]
    public void one_that_a_subscriber_brings_has_24_to_64_bytes() => Gen.Byte.Array[0, 100].Sample(key =>
    {
        var text = $"whsec_{Convert.ToBase64String(key)}";
        Assert.Equal(key.Length is >= 24 and <= 64, WebhookSecret.TryParse(text, out var secret));
        Assert.Equal(secret is null ? null : text, secret?.Reveal());
    });

    [Theory]
    [InlineData(""), InlineData("whsec_"), InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa-_"), InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), InlineData("whsec_MfKQ9r8GKYqrTwjUPD8I LPZIo2LaLaSw")]
    public void what_is_no_secret_is_refused_and_not_repeated(string text)
    {
        var refused = Assert.Throws<Refused>(() => WebhookSecret.Parse(text));
        var violation = Assert.Single(refused.Violations);
        Assert.Equal(("secret_not_valid", "secret"), (violation.Code, violation.Field));
        if (text.Length > "whsec_".Length)
            Assert.DoesNotContain(text["whsec_".Length..], JsonSerializer.Serialize(violation) + refused, StringComparison.Ordinal);
    }

    [Theory, InlineData(SignatureScheme.Hmac), InlineData(SignatureScheme.Ed25519)]
    public void what_signs_shows_itself_to_nobody_who_does_not_ask_for_it(SignatureScheme scheme)
    {
        var key = SigningKey.Make(scheme);
        var target = new WebhookTarget(new Uri("https://hooks.example.com"), [key], new Dictionary<string, string>(), TimeSpan.Zero);
        // Of a key pair the second half is public.
        var secret = key.Reveal().Split('_')[1][..40];
        Assert.All((string[])[$"{key}", $"{target}", JsonSerializer.Serialize<object>(key), JsonSerializer.Serialize(target)], shown => Assert.DoesNotContain(secret, shown, StringComparison.Ordinal));
    }
}
