using Npgsql;
using PolicyTracker.Hosting;
using Xunit;

namespace PolicyTracker.Tests.Hosting;

/// <summary>How a database that ends, or begins, fails the requests that it meets: SQLSTATE classes 08, 53 and 57P of PostgreSQL's appendix A.</summary>
public sealed class StoreDownSpecs
{
    [Theory]
    [InlineData("57P01")]
    [InlineData("57P02")]
    [InlineData("57P03")]
    [InlineData("57P05")]
    [InlineData("08006")]
    [InlineData("53300")]
    public void what_a_server_says_that_ends_is_no_fault_of_ours(string state)
    {
        Assert.Equal(Codes.StoreUnavailable, Problems.Explain(Said(state)).Code);
        Assert.Equal(Codes.StoreUnavailable, Problems.Explain(new InvalidOperationException("outer", Said(state))).Code);
    }

    [Fact]
    public void a_connection_that_breaks_is_a_store_that_is_down() =>
        Assert.Equal(Codes.StoreUnavailable, Problems.Explain(new NpgsqlException("Exception while reading from stream", new EndOfStreamException())).Code);

    [Theory]
    [InlineData("42703")]
    [InlineData("22021")]
    public void a_statement_that_is_wrong_is_our_fault(string state) => Assert.Equal(Codes.InternalError, Problems.Explain(Said(state)).Code);

    private static PostgresException Said(string state) => new("A message.", "FATAL", "FATAL", state);
}
