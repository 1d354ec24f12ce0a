// The literal parts of the patterns, pattern → `needlesOf(pattern)` between bars, empty where it has none: what a run would otherwise
// work out again every time. Empty in the sources; the build fills it (compile.ts).
export const needles: Readonly<Record<string, string>> = {}
