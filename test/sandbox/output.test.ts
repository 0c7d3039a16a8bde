import t from "tap";
import { Output } from "../../src/sandbox/output.ts";

/** What an output of `limit` bytes keeps of these chunks. */
function collect(limit: number, ...chunks: (string | Uint8Array)[]): string {
	const output = new Output(limit);
	for (const chunk of chunks) output.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
	return output.text();
}
const cut = (head: string, missing: number, total: number, tail: string) =>
	`${head}\n[… ${missing} of ${total} bytes left out: print less, or return the data …]\n${tail}`;

t.test("what fits is kept whole, up to the limit", async (t) => {
	t.equal(collect(10), "");
	t.equal(collect(10, "hello"), "hello");
	t.equal(collect(10, "0123456789"), "0123456789");
	t.equal(collect(10, "01", "234", "", "56789"), "0123456789");
	t.equal(collect(10, "0123", "456789"), "0123456789");
});

t.test("beyond the limit the head and the tail stay and the middle is counted", async (t) => {
	t.equal(collect(10, "0123456789X"), cut("01234", 1, 11, "6789X"));
	t.equal(collect(10, "aaaaa", "bbbbbbbbbb", "ccccc"), cut("aaaaa", 10, 20, "ccccc"));
	t.equal(collect(10, "aaa", "bbbbbb", "cc"), cut("aaabb", 1, 11, "bbbcc"));
	t.equal(collect(3, "abcdef"), cut("a", 4, 6, "f"), "an odd limit rounds down");
	t.equal(collect(0, "abc"), cut("", 3, 3, ""), "nothing is kept of an output that nobody reads");
});

t.test("the cut is at the same place however the bytes arrive", async (t) => {
	const all = Array.from({ length: 500 }, (_, index) => String.fromCharCode(97 + (index % 26))).join("");
	const expected = cut(all.slice(0, 32), 436, 500, all.slice(-32));
	for (const size of [1, 2, 3, 31, 32, 33, 64, 65, 499, 500]) {
		const pieces = all.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
		t.equal(collect(64, ...pieces), expected, `pieces of ${size}`);
	}
});

t.test(
	"a character that the cut splits becomes a replacement character, one split by chunks does not",
	async (t) => {
		const euro = Buffer.from("€");
		t.equal(collect(100, "1 ", euro.subarray(0, 1), euro.subarray(1, 2), euro.subarray(2), "!"), "1 €!");
		t.equal(collect(100, "abcd", euro), "abcd€");
		const text = collect(10, "abcd€", "x".repeat(20));
		t.match(text, /^abcd\uFFFD\n\[… 17 of 27 bytes/);
		t.equal(collect(100, new Uint8Array([0x61, 0xff, 0xc3])), "a\uFFFD\uFFFD");
	},
);

t.test("asking twice gives the same, and printing may go on between", async (t) => {
	const output = new Output(10);
	output.push(Buffer.from("01234"));
	t.equal(output.text(), "01234");
	output.push(Buffer.from("56789"));
	t.equal(output.text(), "0123456789");
	t.equal(output.text(), "0123456789");
	output.push(Buffer.from("abc"));
	t.equal(output.text(), cut("01234", 3, 13, "89abc"));
});

t.test("a chunk may be reused by its owner", async (t) => {
	const output = new Output(10);
	const buffer = Buffer.from("0123456789");
	output.push(buffer);
	buffer.fill(0x2e);
	t.equal(output.text(), "0123456789");
});

t.test("a flood is bounded in memory, in large chunks and in single bytes", async (t) => {
	const output = new Output(32_000);
	const megabyte = Buffer.alloc(1024 * 1024, "x");
	const before = process.memoryUsage().rss;
	for (let count = 0; count < 2_000; count++) output.push(megabyte);
	for (let count = 0; count < 100_000; count++) output.push(Buffer.from("y"));
	const text = output.text();
	t.ok(text.length < 32_200, `${text.length} characters`);
	t.match(
		text,
		`[… ${2_000 * 1024 * 1024 + 100_000 - 32_000} of ${2_000 * 1024 * 1024 + 100_000} bytes left out`,
	);
	t.ok(text.endsWith("y".repeat(16_000)));
	t.ok(process.memoryUsage().rss - before < 300 * 1024 * 1024, "two gigabytes were not kept");
});
