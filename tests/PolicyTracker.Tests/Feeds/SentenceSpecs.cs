using System.Text.Json;
using PolicyTracker.Feeds;
using PolicyTracker.Feeds.Catalogue;
using Xunit;

namespace PolicyTracker.Tests.Feeds;

public sealed class SentenceSpecs
{
    public static TheoryData<string> Names => [.. PublicEvents.Names];

    [Theory, MemberData(nameof(Names))]
    public void every_public_type_speaks_to_a_person(string name)
    {
        var says = Of(name);
        Assert.Matches(@"^[A-Z].*\.$", says);
        Assert.DoesNotMatch(@"[a-z]_[a-z]|  |\.\.", says);
    }

    [Theory]
    [InlineData("account_suspended", "China, 2023-12: OpenAI closed the account of ByteDance.")]
    [InlineData("approvals_counted", "China, by 2024-01: at least 41 domestic and 0 foreign models are approved.")]
    [InlineData("service_offered", "Hong Kong, by 2024-05-09: Microsoft offers Copilot to the public, directly.")]
    [InlineData("model_released", "France, about 2024-02: Example AI released Exemple 7B é with open weights.")]
    [InlineData("derivation_denied", "China, about 2023, uncertain: Example 34B of Example AI is said not to be built on Llama of Meta.")]
    [InlineData("fact_retracted", "Retracted record. China, 2023-12: OpenAI closed the account of ByteDance. Why: Misread.")]
    [InlineData("measure_planned", "United States: the measure \"Example control\" is planned (2024-05-08).")]
    [InlineData("measure_adopted", "The measure us-example-control was adopted and applies from 2024-09-01 (2024-05-09).")]
    [InlineData("provider_merged", "The provider example-ai turned out to be example-labs. Why: Two names of one.")]
    [InlineData("reliance_changed", "Reliance of China on United States: R3 went from unknown to 66.7; reliance went from unknown to 61.5.")]
    [InlineData("subscription_failing", "Nothing could be delivered to the webhook sub_8f2c6b0a4e1d7c3f5a9b for an hour.")]
    [InlineData("subscription_disabled", "The webhook sub_8f2c6b0a4e1d7c3f5a9b was disabled: its receiver wants nothing more.")]
    public void it_says_what_the_event_says(string name, string sentence) => Assert.Equal(sentence, Of(name));

    private static string Of(string name)
    {
        var example = EventExamples.ByName[name];
        return Sentence.Of(example.GetProperty("data").Deserialize(PublicEvents.ByName[name], Json.Options)!, example.GetProperty("subject").GetString()!);
    }
}
