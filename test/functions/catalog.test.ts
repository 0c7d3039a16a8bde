import { encode as encodeText } from "gpt-tokenizer/encoding/o200k_base";
import t from "tap";
import { TOOL_INPUTS, type ToolTexts, toolTexts } from "../../src/functions/catalog.ts";
import { estimateTokens } from "../../src/functions/tokens.ts";
import type { HostedFunction } from "../../src/functions/types.ts";
import { cpuMs, make, ordinaryCatalog } from "./make.ts";

// A special token in a description is text like any other.
const encode = (text: string) => encodeText(text, { disallowedSpecial: new Set<string>() });

const TOOLS = ["execute", "search", "describe"] as const;

/** What a client's model reads: tools/list as JSON, and the instructions. */
function cost(texts: ToolTexts): number {
	const tools = TOOLS.map((name) => ({
		name,
		title: name,
		description: texts[name],
		inputSchema: TOOL_INPUTS[name],
		annotations: {
			readOnlyHint: name !== "execute",
			destructiveHint: name === "execute",
			idempotentHint: name !== "execute",
			openWorldHint: name === "execute",
		},
	}));
	return (
		encode(JSON.stringify({ tools })).length +
		encode(JSON.stringify({ instructions: texts.instructions })).length
	);
}

const all = (texts: ToolTexts) => [texts.execute, texts.search, texts.describe, texts.instructions];

// A generator of its own, so that every run has the same names.
function randomText(alphabet: string, length: number, seed: number): string {
	let state = seed + 1;
	return Array.from({ length }, () => {
		state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
		return alphabet[(state >>> 8) % alphabet.length];
	}).join("");
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
function hostile(count: number, name: (i: number) => string, description: string): HostedFunction[] {
	return Array.from({ length: count }, (_, i) => make(name(i), { description }));
}

const catalogs: [name: string, functions: HostedFunction[]][] = [
	...[1, 20, 50, 100, 150, 151, 400, 1_000, 10_000].map((count): [string, HostedFunction[]] => [
		`${count} ordinary functions`,
		ordinaryCatalog(count),
	]),
	...[20, 60, 100].flatMap((count): [string, HostedFunction[]][] => [
		[
			`${count} descriptions in Chinese`,
			hostile(count, (i) => `s${i % 5}.f${i}`, "查询客户订单最新的在前面".repeat(100)),
		],
		[
			`${count} rare Chinese descriptions`,
			hostile(count, (i) => `s${i % 5}.f${i}`, randomText("龘靐齉爩鱻麤龖籲灪麣鸾鹂", 90, 3)),
		],
		[
			`${count} descriptions of emoji`,
			hostile(count, (i) => `s${i % 5}.f${i}`, "😀🪐🦊🫠🥑🧑🏽‍💻".repeat(100)),
		],
		[
			`${count} unbroken descriptions`,
			hostile(count, (i) => `s${i % 5}.f${i}`, randomText(LETTERS, 100_000, 5)),
		],
		[`${count} descriptions of rare scripts`, hostile(count, (i) => `s${i % 5}.f${i}`, "ꙮሴᚠ𒀀ꦀ".repeat(50))],
		[
			`${count} descriptions of quotes`,
			hostile(count, (i) => `s${i % 5}.f${i}`, `"\\'"{}[]<|endoftext|>`.repeat(50)),
		],
		[`${count} names like base64`, hostile(count, (i) => `s.a${randomText(LETTERS, 58, i)}`, "")],
	]),
	[
		"5,000 services like base64",
		hostile(5_000, (i) => `a${randomText("abcdefghijklmnopqrstuvwxyz0123456789", 50, i)}.f`, ""),
	],
	[
		"300 long service names",
		hostile(300, (i) => `a${randomText("qxjzvkw_", 50, i).replaceAll("__", "_q")}.f`, ""),
	],
	["3,000 short names of one service", hostile(3_000, (i) => `s.q${i}`, "x")],
	[
		"an example of long arguments",
		[
			make("a.b", {
				input_schema: {
					type: "object",
					properties: Object.fromEntries(
						Array.from({ length: 60 }, (_, i) => [`${LETTERS}${i}`, { const: LETTERS }]),
					),
					required: [],
				},
			}),
		],
	],
];

t.test("an empty namespace costs at most 700 tokens and says that code runs", (t) => {
	const texts = toolTexts([]);
	t.ok(cost(texts) <= 700, `${cost(texts)} tokens`);
	t.match(texts.execute, "No functions are registered yet");
	t.comment(`empty: ${cost(texts)} tokens`);
	t.end();
});

for (const [name, functions] of catalogs) {
	t.test(`${name} cost at most 2,000 tokens, and no text is over 2,048 characters`, (t) => {
		const texts = toolTexts(functions);
		const tokens = cost(texts);
		t.comment(`${name}: ${tokens} tokens, ${texts.level}`);
		t.ok(tokens <= 2_000, `${tokens} tokens`);
		for (const text of all(texts)) t.ok(text.length <= 2_048, `${text.length} characters`);
		t.notMatch(all(texts).join(""), /[\p{Cf}\p{Co}\p{Cs}]|\p{Cc}(?<!\n)/u);
		t.same(toolTexts([...functions].reverse()), texts, "in any order");
		t.end();
	});
}

for (const count of [1, 20, 100, 150]) {
	t.test(`every one of ${count} names is in sight, under its service`, (t) => {
		const functions = ordinaryCatalog(count);
		const texts = toolTexts(functions);
		const inSight = new Set(all(texts).flatMap((text) => namesIn(text)));
		for (const fn of functions) t.ok(inSight.has(`${fn.service}.${fn.name}`), `${fn.service}.${fn.name}`);
		t.end();
	});
}

/** Reads a listing back: `service: a, b` or a service on a line of its own with `- name: summary` below. */
function namesIn(text: string): string[] {
	let service = "";
	return text.split("\n").flatMap((line) => {
		const item = /^- (\w+)/.exec(line);
		if (item) return [`${service}.${item[1]}`];
		const [head = "", rest = ""] = line.split(": ");
		service = head;
		return rest.split(", ").map((name) => `${head}.${name}`);
	});
}

t.test("detail goes from summaries to names to services as the catalog grows", (t) => {
	t.same(
		[20, 150, 10_000].map((count) => toolTexts(ordinaryCatalog(count)).level),
		["summaries", "names", "services"],
	);
	t.match(toolTexts(ordinaryCatalog(10)).execute, "get_customer_orders: get the customer orders");
	const huge = toolTexts(ordinaryCatalog(10_000));
	t.match(all(huge).join("\n"), /and \d+ more services/);
	t.match(huge.execute, "functions.list()");
	t.end();
});

t.test("the example names a function that exists", (t) => {
	const texts = toolTexts([
		make("crm.find", {
			input_schema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
		}),
	]);
	t.match(texts.execute, 'rows = crm.find(name="...")');
	t.match(texts.execute, 'await crm.find({ name: "..." })');
	t.end();
});

t.test("a namespace is named nowhere", (t) => {
	const texts = toolTexts(ordinaryCatalog(20).map((fn) => ({ ...fn, namespace: "secret-tenant" })));
	t.notMatch(all(texts).join(""), "secret-tenant");
	t.end();
});

t.test("a catalog of ten thousand is made into texts in some milliseconds", (t) => {
	const functions = ordinaryCatalog(10_000);
	toolTexts(functions);
	const start = cpuMs();
	toolTexts(functions);
	t.ok(cpuMs() - start < 1_000);
	t.end();
});

t.test("the estimate of tokens is not below the real number", (t) => {
	const texts = [
		...ordinaryCatalog(150).map((fn) => `${fn.service}.${fn.name}: ${fn.description}`),
		...all(toolTexts(ordinaryCatalog(150))),
		"Reconcile outstanding invoices against bank statements and flag mismatches for review.",
		"查询客户订单，最新的在前",
		"Заказы клиента, сначала новые",
		"注文を取得する",
		"주문 목록을 가져옵니다",
		"😀🎉🚀👩‍👩‍👧🇩🇪",
		...Array.from({ length: 50 }, (_, i) =>
			Array.from({ length: 20 }, (_, j) => randomText(LETTERS, 30, i * 20 + j)).join(" "),
		),
		...Array.from({ length: 50 }, (_, i) =>
			Array.from({ length: 20 }, (_, j) => randomText("qxjzvkwyb_", 30, i * 20 + j)).join(", "),
		),
	];
	for (const text of texts)
		t.ok(
			estimateTokens(text) >= encode(text).length,
			`${estimateTokens(text)} < ${encode(text).length}: ${text}`,
		);
	t.end();
});

t.test("the estimate for ordinary names is at most 1.5 times the real number", (t) => {
	const text = ordinaryCatalog(150)
		.map((fn) => fn.name)
		.join(", ");
	t.ok(
		estimateTokens(text) <= encode(text).length * 1.5,
		`${estimateTokens(text)} for ${encode(text).length}`,
	);
	t.end();
});
