using PolicyTracker.Benchmarks;

var benchmarks = new Dictionary<string, Func<Task>>
{
    ["latency"] = Latency.RunAsync,
    ["fanout"] = FanOut.RunAsync,
    ["memory"] = Memory.RunAsync,
    ["catchup"] = CatchUp.RunAsync,
    ["reads"] = Reads.RunAsync,
};
string[] asked = args is ["all"] ? [.. benchmarks.Keys] : args;
if (asked.Length == 0 || asked.Except(benchmarks.Keys).Any())
{
    Console.Error.WriteLine($"Name what to measure: {string.Join(", ", benchmarks.Keys)}, or all.");
    return 1;
}

foreach (var name in asked)
    await benchmarks[name]();
return 0;
