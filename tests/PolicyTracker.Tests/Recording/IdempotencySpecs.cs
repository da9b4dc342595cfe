using System.Net;
using Npgsql;
using PolicyTracker.Tests.Support;
using Xunit;

namespace PolicyTracker.Tests.Recording;

public sealed class IdempotencySpecs(Service service)
{
    private const string Header = "Idempotency-Key";
    private const string TooLong = "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
        + "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x";

    [Fact]
    public async Task a_repeat_gets_the_first_answer_with_its_headers()
    {
        var first = (await service.PostAsync("/v1/facts", A.Suspension("AL", "Idem One"), (Header, "idem-1"))).Is(HttpStatusCode.Created);
        (await service.PostAsync($"{first.Location}/retract", A.Change())).Is(HttpStatusCode.OK);
        var again = (await service.PostAsync("/v1/facts", A.Suspension("AL", "Idem One"), (Header, "idem-1"))).Is(HttpStatusCode.Created);
        Assert.Equal((first.Body!.ToJsonString(), first.Location, first.Sequence), (again.Body!.ToJsonString(), again.Location, again.Sequence));
    }

    [Fact]
    public async Task another_body_under_the_key_is_refused()
    {
        (await service.PostAsync("/v1/facts", A.Suspension("AL", "Idem Two"), (Header, "idem-2"))).Is(HttpStatusCode.Created);
        (await service.PostAsync("/v1/facts", A.Suspension("AL", "Idem Two Other"), (Header, "idem-2"))).IsProblem(Codes.IdempotencyKeyReused);
        Assert.Empty(await service.EventsHoldingAsync("Idem Two Other"));
    }

    [Fact]
    public async Task a_key_belongs_to_its_route()
    {
        var fact = (await service.PostAsync("/v1/facts", A.Suspension("AL", "Idem Three"), (Header, "idem-3"))).Is(HttpStatusCode.Created);
        var retracted = (await service.PostAsync($"{fact.Location}/retract", A.Change(), (Header, "idem-3"))).Is(HttpStatusCode.OK);
        Assert.True(retracted["changed"].GetValue<bool>());
    }

    [Fact]
    public async Task while_the_first_is_in_progress_the_second_is_told_to_ask_again()
    {
        await using var connection = await service.ConnectAsync();
        await using (var first = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended('POST /v1/facts idem-4', 1))", connection, first);
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            (await service.PostAsync("/v1/facts", A.Suspension("AL", "Idem Four"), (Header, "idem-4"))).IsProblem(Codes.IdempotencyInProgress);
            Assert.Empty(await service.EventsHoldingAsync("Idem Four"));
        }

        (await service.PostAsync("/v1/facts", A.Suspension("AL", "Idem Four"), (Header, "idem-4"))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task a_refusal_leaves_the_key_free()
    {
        (await service.PostAsync("/v1/facts", A.Suspension("XX", "Idem Five"), (Header, "idem-5"))).IsProblem(Codes.UnknownCountry);
        (await service.PostAsync("/v1/facts", A.Suspension("AL", "Idem Five"), (Header, "idem-5"))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task many_at_once_under_one_key_write_once()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => service.PostAsync("/v1/providers", new System.Text.Json.Nodes.JsonObject { ["name"] = "Idem Six" }, (Header, "idem-6"))));
        Assert.All(replies, reply => Assert.True(reply.Status is HttpStatusCode.Created or HttpStatusCode.Conflict));
        Assert.Contains(replies, reply => reply.Status == HttpStatusCode.Created);
        Assert.Equal(["provider_registered"], await service.EventsHoldingAsync("Idem Six"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData(TooLong)]
    public async Task a_key_that_cannot_be_kept_is_refused(string key) =>
        (await service.PostAsync("/v1/facts", A.Suspension("AL", "Idem Seven"), (Header, key))).IsProblem(Codes.IdempotencyKeyInvalid);
}
