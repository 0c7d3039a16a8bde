/**
 * Tables for people: columns aligned, every cell one harmless line.
 * @module
 */
import { oneLine } from "../functions/text.ts";
import { print } from "./output.ts";

const GAP = "  ";
/** Names of functions have up to 63 characters, and nothing that identifies is cut. */
const CELL = 80;

/** Lines of text, the head first; the last column is not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const cells = [head, ...rows].map((row) => row.map((cell) => oneLine(cell, CELL) || "-"));
	const widths = head.map((_, column) => Math.max(...cells.map((row) => Bun.stringWidth(row[column] ?? ""))));
	const lines = cells.map((row) =>
		row
			.map((cell, column) => cell + " ".repeat((widths[column] as number) - Bun.stringWidth(cell)))
			.join(GAP)
			.trimEnd(),
	);
	return `${lines.join("\n")}\n`;
}

/** Prints a table, or nothing but the head when there are no rows. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
	print(table(head, rows));
}

/** Prints names with their values, one a line, aligned. */
export function printFields(fields: Record<string, string>): void {
	const width = Math.max(...Object.keys(fields).map((name) => name.length));
	for (const [name, value] of Object.entries(fields)) {
		print(`${name.padEnd(width)}${GAP}${oneLine(value, 1_000) || "-"}\n`);
	}
}

/** `2026-01-31 09:30:00`, in UTC like the timestamp itself. */
export function shortTime(timestamp: string): string {
	return timestamp.slice(0, 19).replace("T", " ");
}

/** `12 ms`, `1.3 s`; "-" for what was not measured. */
export function duration(ms: number | null | undefined): string {
	if (ms === null || ms === undefined) return "-";
	return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
