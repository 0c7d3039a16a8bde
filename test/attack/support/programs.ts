/**
 * The hostile programs of a group, read from `test/attack/programs/GROUP/`. Adding one is adding a file:
 *
 *     # The first line says what the attacker wants.
 *     # outcome: timeout            statuses it may end with; `error SystemExit` names the error's type too, `|` separates
 *     # result: [1, 2]              optional: the exact result, as JSON
 *     # timeout_ms: 1000            optional
 *     # as: function                optional: registered as a hosted function with this source, and called
 *     # with: syscall               optional: support/syscall.py goes in front (or support/frames.py)
 *     # times: 2                    optional: run so often, one after the other
 *     # needs: cgroups              optional: skipped, with this reason, where the server runs without them
 *     # busy: …                     optional: why the server's answers may be late meanwhile on a small machine without cgroups
 *     # leaves_ms: 300              optional: the client goes away after so long (test/soak)
 *
 * `@NAME@` in the text becomes a fact about the host (host.ts): where the canary is, which port listens.
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const FOLDER = join(import.meta.dirname, "..", "programs");
const FIELDS = [
	"outcome",
	"result",
	"timeout_ms",
	"as",
	"with",
	"times",
	"needs",
	"busy",
	"leaves_ms",
] as const;
type Field = (typeof FIELDS)[number];

export interface Program {
	/** `fork-bomb.py` */
	file: string;
	/** What the attacker wants: the first line. */
	wants: string;
	language: "python" | "typescript";
	/** The text with its header. */
	code: string;
	outcomes: { status: string; type: string | null }[];
	result: unknown;
	timeoutMs: number | undefined;
	asFunction: boolean;
	times: number;
	needs: string | undefined;
	mayDelay: boolean;
	leavesMs: number | undefined;
}

/** Every program of a group, by name. */
export function readPrograms(group: string): Program[] {
	return readFolder(join(FOLDER, group));
}

/** Every program in a folder, by name. */
export function readFolder(folder: string): Program[] {
	return readdirSync(folder)
		.filter((file) => /\.(py|ts)$/.test(file))
		.sort()
		.map((file) => readProgram(join(folder, file)));
}

/** Replaces every `@NAME@`; an unknown name is a mistake in the program. */
export function fill(code: string, facts: Record<string, string>): string {
	return code.replace(/@([A-Z_]+)@/g, (_, name: string) => {
		const fact = facts[name];
		if (fact === undefined) throw new Error(`no fact about the host is named ${name}`);
		return fact;
	});
}

function readProgram(path: string): Program {
	const text = readFileSync(path, "utf8");
	const [first, ...comments] = leadingComments(text);
	if (!first) throw new Error(`${path} does not say what the attacker wants`);
	const fields = new Map<Field, string>();
	for (const comment of comments) {
		const [, name, value] = /^(\w+): (.*)$/.exec(comment) ?? [];
		if (FIELDS.includes(name as Field)) fields.set(name as Field, value as string);
	}
	const outcome = fields.get("outcome");
	if (!outcome) throw new Error(`${path} does not say what must come of it`);
	const result = fields.get("result");
	const timeout = fields.get("timeout_ms");
	const helper = fields.get("with");
	const leaves = fields.get("leaves_ms");
	return {
		file: basename(path),
		wants: first,
		language: path.endsWith(".py") ? "python" : "typescript",
		code: helper ? `${readFileSync(join(import.meta.dirname, `${helper}.py`), "utf8")}\n${text}` : text,
		outcomes: outcome.split("|").map((one) => {
			const [status = "", type = null] = one.trim().split(" ");
			return { status, type };
		}),
		result: result === undefined ? undefined : JSON.parse(result),
		timeoutMs: timeout === undefined ? undefined : Number(timeout),
		asFunction: fields.get("as") === "function",
		times: Number(fields.get("times") ?? 1),
		needs: fields.get("needs"),
		mayDelay: fields.has("busy"),
		leavesMs: leaves === undefined ? undefined : Number(leaves),
	};
}

function leadingComments(text: string): string[] {
	const comments: string[] = [];
	for (const line of text.split("\n")) {
		const comment = /^(?:#|\/\/) ?(.*)$/.exec(line)?.[1];
		if (comment === undefined) break;
		comments.push(comment);
	}
	return comments;
}
