// Adds numbers up in functions that call functions, all at once.
// outcome: ok
// result: "@SUM@"
const { soak } = await import("functions" as string);
const parts = await Promise.all(
	[0, 1].map((start) => soak.through({ start, end: Number("@N@"), step: 2 }) as Promise<number>),
);
export default String(parts.reduce((total, part) => total + part, 0));
