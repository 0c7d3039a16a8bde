/**
 * Every text that the MCP run endpoint shows to a model: instructions, tool descriptions and their parameters, with
 * the catalog of functions in them, within fixed numbers of tokens and characters.
 * @module
 */

import { LIMITS } from "../limits.ts";
import { type Level, listCatalog } from "./catalog-text.ts";
import { exampleCall } from "./example.ts";
import { byName } from "./search.ts";
import { estimateTokens } from "./tokens.ts";
import type { HostedFunction } from "./types.ts";

/** Claude Code cuts the instructions and each description here. */
const MOST_CHARACTERS = 2_048;
/** What catalog and example may cost by our estimate; the rest of the 2,000 is for fixed text and tools/list's JSON. */
const CATALOG_TOKENS = 1_360;

/** The limits that the texts tell; the defaults of the table of limits when absent. */
export interface ToldLimits {
	wall_ms: number;
	memory_mb: number;
	result_bytes: number;
}

/** The four texts, each at most 2,048 characters, and how much of the catalog they show. */
export interface ToolTexts {
	instructions: string;
	execute: string;
	search: string;
	describe: string;
	level: Level;
}

/** The input schemas of the three tools. */
export const TOOL_INPUTS = {
	execute: {
		type: "object",
		properties: {
			code: { type: "string", description: "The program" },
			language: { type: "string", enum: ["python", "typescript"] },
			timeout_ms: { type: "integer", minimum: 1, maximum: LIMITS.wall_ms.maximum },
		},
		required: ["code"],
	},
	search: {
		type: "object",
		properties: {
			query: { type: "string", maxLength: 1_000, description: "Words; empty lists by name" },
			limit: { type: "integer", minimum: 1, maximum: 50, default: 10 },
		},
		required: ["query"],
	},
	describe: {
		type: "object",
		properties: {
			names: {
				type: "array",
				items: { type: "string" },
				minItems: 1,
				maxItems: 20,
				description: 'Such as "service.function"',
			},
		},
		required: ["names"],
	},
} as const;

/** Makes the texts for these functions; the same functions give the same texts in any order. */
export function toolTexts(functions: readonly HostedFunction[], limits: ToldLimits = defaults()): ToolTexts {
	const fixed = fixedTexts(functions, limits);
	if (functions.length === 0) {
		return {
			...fixed,
			execute: `${fixed.execute}\n\nNo functions are registered yet; code runs all the same.`,
			level: "summaries",
		};
	}
	// In tool descriptions first: some clients drop the instructions.
	const order = ["execute", "search", "describe", "instructions"] as const;
	const heads = {
		execute: "\n\nFunctions:\n",
		search: "\n\nMore functions:\n",
		describe: "\n\nMore functions:\n",
		instructions: "\n\nMore functions:\n",
	};
	const ends = { execute: `\n${NOTES.services}`, search: "", describe: "", instructions: "" };
	const rooms = order.map(
		(name) => MOST_CHARACTERS - fixed[name].length - heads[name].length - ends[name].length,
	);
	const [service, python, typescript] = examples(functions);
	const example = estimateTokens(`${service} ${service} ${service} ${python} ${typescript}`);
	const { parts, level } = listCatalog(functions, rooms, CATALOG_TOKENS - example);
	const texts = { ...fixed, level };
	const used = order.filter((_name, index) => parts[index] !== "");
	for (const name of used) texts[name] += `${heads[name]}${parts[order.indexOf(name)]}`;
	if (level === "services") texts.execute += `\n${NOTES.services}`;
	else if (used.length > 1) texts.execute += `\n${NOTES.continued}`;
	return texts;
}

// Both follow the list in the text of `execute`; `services` is the longer one.
const NOTES = {
	services: "Not every name is shown: use `search`, or functions.list() in code for all names.",
	continued: "More functions stand in the texts of the other tools.",
} as const;

function fixedTexts(functions: readonly HostedFunction[], limits: ToldLimits): Omit<ToolTexts, "level"> {
	const [service, python, typescript] = examples(functions);
	return {
		instructions:
			"Code mode: write one program with `execute` that calls the functions, filters and combines their results, and returns only what is needed. Use `describe` for signatures before calling a function for the first time.",
		execute: `Runs Python or TypeScript in a fresh sandbox: no network, no files kept, ${limits.wall_ms / 1000} s, ${limits.memory_mb} MB. Functions are called inside the code; data stays there, only the result and prints return.

Python:
from functions import ${service}
rows = ${python}
result = len(rows)

TypeScript:
import { ${service} } from "functions";
const rows = await ${typescript};
return rows.length;

The result is a top-level \`return\`, else \`result\`, else the last expression; JSON, at most ${limits.result_bytes / 1000} kB. A failing call raises FunctionError (.function, .type, .message), which can be caught. Parallel: asyncio.gather with ${service}.NAME.aio(...), Promise.all. Also in code: functions.list(), functions.search(query), functions.describe(name), after \`import functions\` or \`import * as functions from "functions"\`.`,
		search: "Finds functions by words: name, signature and summary of each, best first.",
		describe: "Documents functions: parameters, output type, an example in both languages.",
	};
}

/** The module and the calls of the example: those of a real function, so that no text names one that can't be called. */
function examples(functions: readonly HostedFunction[]): [string, string, string] {
	const [first] = byName(functions);
	if (!first) return ["service", "service.function()", "service.function()"];
	const call = (language: "python" | "typescript") => {
		const text = exampleCall(first, language);
		return text.length <= 100 ? text : `${first.service}.${first.name}(...)`;
	};
	return [first.service, call("python"), call("typescript")];
}

function defaults(): ToldLimits {
	return {
		wall_ms: LIMITS.wall_ms.default,
		memory_mb: LIMITS.memory_mb.default,
		result_bytes: LIMITS.result_bytes.default,
	};
}
