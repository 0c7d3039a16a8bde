/**
 * The frames of a stack that are the user's own.
 * @module
 */
import type { Source } from "./evaluate.ts";
import { type Body, HEAD_LINES } from "./transform.ts";

/** One place in the source; `line` and `column` from 1. `name` is empty at the top level. */
export interface Frame {
	name: string;
	line: number;
	column: number;
}

const FRAMES_SHOWN = 12;
const STACK_READ = 64_000;
/** Names that the transform or the engine made. */
const NO_NAMES = /^(?:<anonymous>|<parse>|module code|async|starDefault|default|anonymous)?$/;

/** The frames of an error that lie in the source, innermost first. */
export function framesOf(error: Error, source: Source): Frame[] {
	const { stack } = error;
	const { body } = source;
	if (typeof stack !== "string" || !body) return [];
	const frames: Frame[] = [];
	const lineCount = source.text.split("\n").length;
	for (const text of stack.slice(0, STACK_READ).split("\n")) {
		const at = /^\s+at (?:async )?(?:(.*?) \()?(.*?):(\d+)(?::(\d+))?\)?$/.exec(text);
		if (!at || stripScheme(at[2] ?? "") !== source.path) continue;
		const line = Number(at[3]) - HEAD_LINES;
		if (line < 1 || line > lineCount) continue;
		const name = at[1] ?? "";
		frames.push({
			name: NO_NAMES.test(name) ? "" : name.slice(0, 100),
			line,
			column: columnOf(Number(at[4] ?? 1), line, body),
		});
		if (frames.length === FRAMES_SHOWN) break;
	}
	return frames;
}

/** A column of the module as that of the source. */
function columnOf(column: number, line: number, { shifted }: Body): number {
	return shifted?.line === line && column > shifted.column ? Math.max(1, column - shifted.by) : column;
}

function stripScheme(path: string): string {
	return path.replace(/^file:\/\//, "");
}
