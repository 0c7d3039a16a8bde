// Calls functions in both languages, at once.
// outcome: ok
// result: "@SUM@"
const { soak } = await import("functions" as string);
const n = Number("@SUM@");
const [twice, thrice] = await Promise.all([soak.twice({ n }), soak.thrice({ n })]);
export default String(thrice - twice);
