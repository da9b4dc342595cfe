using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace PolicyTracker;

/// <summary>
/// Unicode normalisation form C. The platform's own does nothing under invariant globalisation, and natural keys hash the result:
/// it must be the same on every machine, with whatever Unicode library or none.
/// </summary>
public static class Nfc
{
    private const int HangulBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TrailBase = 0x11A7, Vowels = 21, Trails = 28, Syllables = 11172, Leads = 19;

    private static readonly FrozenDictionary<int, int> Classes;
    private static readonly FrozenDictionary<int, int[]> Splits;
    private static readonly FrozenDictionary<(int First, int Second), int> Pairs;

    static Nfc()
    {
        var classes = new Dictionary<int, int>();
        var splits = new Dictionary<int, int[]>();
        var pairs = new Dictionary<(int, int), int>();
        foreach (var row in Resource.Lines("nfc.txt").Select(line => line.Split(' ')))
        {
            var codes = row[1..].Select(code => int.Parse(code, NumberStyles.AllowHexSpecifier)).ToArray();
            if (row[0] == "class")
            {
                for (var code = codes[0]; code <= codes[1]; code++)
                    classes[code] = int.Parse(row[3]);
                continue;
            }

            splits[codes[0]] = codes[1..];
            if (row[0] == "pair")
                pairs[(codes[1], codes[2])] = codes[0];
        }

        Classes = classes.ToFrozenDictionary();
        Splits = splits.ToFrozenDictionary();
        Pairs = pairs.ToFrozenDictionary();
    }

    /// <summary>The canonical composition of a well-formed text.</summary>
    public static string Normalize(string text)
    {
        // Nothing below U+0300 composes or decomposes in a text that has nothing above it.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF'))
            return text;
        var codes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, codes);
        Order(codes);
        Compose(codes);
        var result = new StringBuilder(codes.Count);
        foreach (var code in codes)
            result.Append(new Rune(code).ToString());
        return result.ToString();
    }

    private static void Decompose(int code, List<int> into)
    {
        var syllable = code - HangulBase;
        if (syllable is >= 0 and < Syllables)
        {
            into.Add(LeadBase + syllable / (Vowels * Trails));
            into.Add(VowelBase + syllable % (Vowels * Trails) / Trails);
            if (syllable % Trails != 0)
                into.Add(TrailBase + syllable % Trails);
        }
        else if (Splits.TryGetValue(code, out var parts))
        {
            foreach (var part in parts)
                Decompose(part, into);
        }
        else
        {
            into.Add(code);
        }
    }

    /// <summary>Sorts each run of combining marks by class, keeping the order of equals.</summary>
    private static void Order(List<int> codes)
    {
        for (var start = 0; start < codes.Count; start++)
        {
            var end = start;
            while (end < codes.Count && ClassOf(codes[end]) != 0)
                end++;
            if (end - start > 1)
            {
                var marks = codes[start..end].OrderBy(ClassOf).ToList();
                for (var i = 0; i < marks.Count; i++)
                    codes[start + i] = marks[i];
            }

            start = end;
        }
    }

    private static void Compose(List<int> codes)
    {
        var starter = -1;
        var written = 0;
        var lastClass = -1;
        foreach (var code in codes.ToArray())
        {
            var own = ClassOf(code);
            // A mark is blocked from its starter by an earlier one of the same or a higher class.
            if (starter >= 0 && lastClass < own && Pair(codes[starter], code) is { } composed)
            {
                codes[starter] = composed;
                continue;
            }

            if (own == 0)
            {
                starter = written;
                lastClass = -1;
            }
            else
            {
                lastClass = own;
            }

            codes[written++] = code;
        }

        codes.RemoveRange(written, codes.Count - written);
    }

    private static int? Pair(int first, int second)
    {
        if (first - LeadBase is >= 0 and < Leads && second - VowelBase is >= 0 and < Vowels)
            return HangulBase + ((first - LeadBase) * Vowels + second - VowelBase) * Trails;
        if (first - HangulBase is >= 0 and < Syllables && (first - HangulBase) % Trails == 0 && second - TrailBase is > 0 and < Trails)
            return first + second - TrailBase;
        return Pairs.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static int ClassOf(int code) => Classes.GetValueOrDefault(code);
}
