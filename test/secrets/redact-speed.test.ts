import { randomBytes } from "node:crypto";
import t from "tap";
import { redactor } from "../../src/secrets/redact.ts";
import { PATIENCE } from "../patience.ts";

const MIB = 1024 * 1024;
const SIZE = 8 * MIB;

/** The least of some times, in ms: others use this machine too. */
function least(work: () => unknown): number {
	return Math.min(
		...Array.from({ length: 4 }, () => {
			const start = performance.now();
			work();
			return performance.now() - start;
		}),
	);
}

const five = Object.fromEntries(
	Array.from({ length: 5 }, (_, index) => [`S${index}`, `p@ss/${randomBytes(24).toString("base64")}é`]),
);
const row = () =>
	JSON.stringify({
		id: randomBytes(6).toString("hex"),
		name: 'Müller & "Söhne"',
		text: randomBytes(90).toString("base64"),
	});
const rows = Buffer.from(`[${Array.from({ length: SIZE / 190 }, row).join(",")}]`).subarray(0, SIZE);

t.test("8 MiB with five secrets take less than 50 ms", async (t) => {
	const { bytes, json, stream } = redactor(five);
	t.ok(least(() => bytes(rows)) < 50);
	t.ok(least(() => json(rows)) < 50);
	t.ok(
		least(() => {
			const one = stream();
			for (let at = 0; at < rows.length; at += 65_536) one.push(rows.subarray(at, at + 65_536));
			one.end();
		}) < 100,
	);
});

t.test("text that is made to be slow stays linear", async (t) => {
	const hostile: [string, Record<string, string>, string][] = [
		["one letter", { A: "aaaaaaaa", B: "aaaaaaaab", C: `${"a".repeat(100)}c` }, "a"],
		["near misses", { A: `${"a".repeat(65_535)}b` }, "a"],
		["half a period", { A: `${"ab".repeat(30_000)}c` }, "ab"],
		["a find every nine bytes", { A: "abcdefgh" }, "abcdefgh "],
		[
			"many beginnings",
			five,
			Object.values(five)
				.map((value) => value.slice(0, -2))
				.join(""),
		],
		["backslashes", { A: "\\\\\\\\\\\\\\\\" }, "\\"],
	];
	for (const [name, values, unit] of hostile) {
		const { bytes, json } = redactor(values);
		const text = Buffer.alloc(SIZE, unit);
		t.ok(least(() => bytes(text)) < 2_000, name);
		const string = Buffer.concat([Buffer.from('"'), text, Buffer.from('"')]);
		t.ok(least(() => json(string)) < 4_000, `${name}, as JSON`);
	}
	const { json } = redactor({ A: "1]]]]]]]", B: "abcdefgh" });
	const half = SIZE / 2;
	const nested = Buffer.concat([
		Buffer.alloc(half, "["),
		Buffer.from('1,"abcdefgh",1'),
		Buffer.alloc(half, "]"),
	]);
	t.ok(least(() => json(nested)) < 2_000, "deep nesting");
});

t.test(
	"a stream of single bytes takes time in proportion, also while a long value may be coming",
	async (t) => {
		const value = randomBytes(24_000).toString("base64");
		const one = redactor({ BIG: value }).stream();
		const bytes = Buffer.from(value.slice(0, 20_000));
		const start = performance.now();
		for (let at = 0; at < bytes.length; at++) one.push(bytes.subarray(at, at + 1));
		t.ok(performance.now() - start < 2_000);
		t.equal(one.end().length, 20_000);
	},
);

t.test("a redactor of the largest secret is made in less than half a second", async (t) => {
	for (const value of [
		randomBytes(49_152).toString("base64"),
		'é/"\u0001 '.repeat(9_362),
		"a".repeat(65_536),
	])
		t.ok(least(() => redactor({ BIG: value })) < 500 * PATIENCE);
});
