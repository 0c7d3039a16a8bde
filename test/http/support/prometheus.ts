/**
 * Reads Prometheus' text format 0.0.4 (prometheus.io: "Exposition formats") and accepts nothing that breaks its rules.
 * @module
 */

/** Value by series, `name{label="value",…}` with labels in their order. */
export type Series = Map<string, number>;

const HELP = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)+)$/;
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/;
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\]|\\\\[\\\\"n])*"';
const SAMPLE = new RegExp(
	`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{${LABEL}(?:,${LABEL})*\\})? (-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$`,
);
const PARTS = ["_bucket", "_sum", "_count"];

/** Throws an Error with the line that breaks a rule. */
export function readMetrics(text: string): Series {
	if (!text.endsWith("\n")) throw new Error("the last line does not end");
	const series: Series = new Map();
	const families = new Map<string, string>();
	let help = "";
	let family = "";
	for (const line of text.slice(0, -1).split("\n")) {
		const wrong = (why: string) => new Error(`${why}: ${line}`);
		if (line === "") continue;
		const [, helped] = HELP.exec(line) ?? [];
		const [, typed, type] = TYPE.exec(line) ?? [];
		const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
		if (helped) help = helped;
		else if (typed && type) {
			if (typed !== help) throw wrong("no help before the type");
			if (families.has(typed)) throw wrong("a family twice");
			if ((type === "counter") !== typed.endsWith("_total")) throw wrong("a name that misleads");
			families.set(typed, type);
			family = typed;
		} else if (name) {
			const parts = families.get(family) === "histogram" ? PARTS.map((part) => family + part) : [family];
			if (!parts.includes(name)) throw wrong(`a sample among those of ${family}`);
			if (series.has(name + labels)) throw wrong("a series twice");
			series.set(name + labels, Number(value));
		} else throw wrong("not a line of this format");
	}
	for (const [name, type] of families) if (type === "histogram") checkHistogram(name, series);
	return series;
}

/** Buckets never fall, and the last holds everything. */
function checkHistogram(name: string, series: Series): void {
	const buckets = [...series].filter(([key]) => key.startsWith(`${name}_bucket{le="`));
	const bounds = buckets.map(([key]) => Number(/le="(.*)"/.exec(key)?.[1]?.replace("+Inf", "Infinity")));
	const counts = buckets.map(([, count]) => count);
	const rises = (list: number[]) => list.every((one, index) => index === 0 || one >= (list[index - 1] ?? 0));
	if (!rises(bounds) || bounds.at(-1) !== Infinity) throw new Error(`the bounds of ${name}: ${bounds}`);
	if (!rises(counts) || counts.at(-1) !== series.get(`${name}_count`))
		throw new Error(`the buckets of ${name}: ${counts}`);
}

/** What has changed from one reading to another: the differences that are not 0, by series. */
export function changes(before: Series, after: Series): Record<string, number> {
	const names = new Set([...before.keys(), ...after.keys()]);
	const pairs = [...names].map((name): [string, number] => [
		name,
		(after.get(name) ?? 0) - (before.get(name) ?? 0),
	]);
	return Object.fromEntries(pairs.filter(([, difference]) => difference !== 0));
}
