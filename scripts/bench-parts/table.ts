/**
 * The table for people.
 * @module
 */
import type { Row } from "./samples.ts";

const short = (value: number | null) =>
	value === null ? "" : value.toLocaleString("en-US", { maximumSignificantDigits: value < 1_000 ? 3 : 6 });

export function printTable(rows: readonly Row[]): void {
	const lines = [
		["", "median", "p95", "runs", "ratio to bare jail"],
		...rows.map((row) => [
			row.what,
			`${short(row.median)} ${row.unit}`,
			row.p95 === null ? "" : `${short(row.p95)} ${row.unit}`,
			String(row.runs),
			short(row.ratio),
		]),
	];
	const widths =
		lines[0]?.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0))) ?? [];
	for (const cells of lines) {
		const padded = cells.map((cell, column) =>
			column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
		);
		console.log(padded.join("  ").trimEnd());
	}
}
