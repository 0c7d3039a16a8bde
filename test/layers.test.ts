import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "@babel/parser";
import t from "tap";

/** From the top down: a file may import its own layer and those below. */
const LAYERS = [
	["main", "cli"],
	["server"],
	["mcp"],
	["http"],
	["execution"],
	["functions"],
	["secrets"],
	["sandbox", "egress", "store"],
	["base"],
];
const SERVER = ["server.ts", "data-folder.ts"];
const BASE = [
	"config",
	"limits",
	"errors",
	"log",
	"version",
	"result",
	"health",
	"metrics",
	"hosted-function",
];
/** The runner command's body is what runs inside a jail. */
const CROSSING = "src/cli/runner.ts";
const MOST_LINES = 300;

/** The layer of a file in src, or null when the table does not know it. */
function layerOf(file: string): string | null {
	const [first = "", second] = file.split("/").slice(1);
	if (second !== undefined) return LAYERS.flat().includes(first) ? first : null;
	if (first === "main.ts" || first === "bundled.d.ts") return "main";
	if (SERVER.includes(first)) return "server";
	return BASE.some((name) => first === `${name}.ts`) ? "base" : null;
}

const rank = (layer: string) => LAYERS.findIndex((names) => names.includes(layer));

/** Every module that a file names: imports and exports of values and types, import() and import types. */
function importsOf(file: string): string[] {
	const tree = parse(readFileSync(file, "utf8"), {
		sourceType: "module",
		plugins: ["typescript"],
		createImportExpressions: true,
	});
	const found: string[] = [];
	const visit = (node: unknown): void => {
		if (Array.isArray(node)) return node.forEach(visit);
		if (typeof node !== "object" || node === null) return;
		const { type, source, argument } = node as Record<string, { value?: unknown } & string>;
		const names = /^(Import|Export\w+)Declaration$|^ImportExpression$/.test(type ?? "");
		const from = names ? source : type === "TSImportType" ? (argument ?? source) : undefined;
		if (typeof from?.value === "string") found.push(from.value);
		for (const [key, value] of Object.entries(node)) if (key !== "loc") visit(value);
	};
	visit(tree.program);
	return found;
}

const filesIn = (folder: string) => [...new Bun.Glob(`${folder}/**/*.ts`).scanSync(".")].sort();
const sources = filesIn("src");
/** The files of this project that each file imports, as paths from its top. */
const graph = new Map(
	[...sources, ...filesIn("sandbox")].map((file) => [
		file,
		importsOf(file)
			.filter((name) => name.startsWith("."))
			.map((name) => join(dirname(file), name)),
	]),
);
const edges = [...graph].flatMap(([from, targets]) => targets.map((to) => ({ from, to })));

t.test("every file of src has a layer", async (t) => {
	t.same(
		sources.filter((file) => layerOf(file) === null),
		[],
		"give a new folder or file its place in this test",
	);
});

t.test("imports within src point down, types included", async (t) => {
	const inside = edges.filter(({ from, to }) => from.startsWith("src/") && to.startsWith("src/"));
	t.ok(inside.length > 100, "the imports are found");
	const upward = inside.filter(({ from, to }) => {
		const [above, below] = [layerOf(from) ?? "base", layerOf(to) ?? "main"];
		return rank(above) > rank(below) || (rank(above) === rank(below) && above !== below && rank(above) !== 0);
	});
	t.same(
		upward.map(({ from, to }) => `${from} imports ${to}`),
		[],
	);
});

t.test("what runs in a jail and what serves it share no module but the runner command", async (t) => {
	const across = edges.filter(
		({ from, to }) =>
			(from.startsWith("sandbox/") && to.startsWith("src/")) ||
			(from.startsWith("src/") && to.startsWith("sandbox/") && from !== CROSSING),
	);
	t.same(
		across.map(({ from, to }) => `${from} imports ${to}`),
		[],
	);
});

t.test("no files of src import each other in a circle", async (t) => {
	const circles: string[] = [];
	const done = new Set<string>();
	const visit = (file: string, path: string[]): void => {
		const start = path.indexOf(file);
		if (start >= 0) return void circles.push([...path.slice(start), file].join(" → "));
		if (done.has(file)) return;
		for (const next of graph.get(file) ?? []) if (next.startsWith("src/")) visit(next, [...path, file]);
		done.add(file);
	};
	for (const file of sources) visit(file, []);
	t.same(circles, []);
});

t.test(`no file of src is longer than ${MOST_LINES} lines`, async (t) => {
	const long = sources.filter((file) => readFileSync(file, "utf8").trimEnd().split("\n").length > MOST_LINES);
	t.same(long, []);
});
