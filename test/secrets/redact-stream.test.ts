import t from "tap";
import { redactor } from "../../src/secrets/redact.ts";
import { Redactors } from "../../src/secrets/redactors.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** What a stream gives for these pieces. */
function streamed(values: Record<string, string>, pieces: Uint8Array[]): string {
	const stream = redactor(values).stream();
	// A piece is its owner's again after the push, and so is what came back as a view of it.
	const given = pieces.map((piece) => {
		const own = piece.slice();
		const out = stream.push(own).slice();
		own.fill(0x21);
		return out;
	});
	return textOf(Buffer.concat([...given, stream.end()]));
}

t.test("a value is found wherever it is split", async (t) => {
	const values = { TOKEN: 'tökén "12345"', OTHER: "tökén-other-value" };
	const text = `a ${values.TOKEN} b ${values.OTHER} c ${JSON.stringify(values.TOKEN)} ${values.TOKEN.slice(0, 9)}`;
	const wanted = redactor(values).text(text);
	t.match(wanted, /^a \[secret TOKEN\] b \[secret OTHER\] c "\[secret TOKEN\]" t/);
	const bytes = utf8(text);
	for (let at = 0; at <= bytes.length; at++)
		t.equal(streamed(values, [bytes.subarray(0, at), bytes.subarray(at)]), wanted, `split at ${at}`);
	t.equal(
		streamed(
			values,
			[...bytes].map((byte) => Uint8Array.of(byte)),
		),
		wanted,
		"byte by byte",
	);
});

t.test("overlapping values are the same in one piece and in many", async (t) => {
	const values = { A: "aaaaaaaa", B: "aaaaaaaabbbb", C: "aabbbbcc" };
	for (const text of [
		"a".repeat(50),
		`${"a".repeat(20)}bbbbcc`,
		"aaaaaaabbbbccc",
		"aaaaaaaabbb",
		"xaabbbbcaabbbbcc",
	]) {
		const wanted = redactor(values).text(text);
		const bytes = utf8(text);
		for (let size = 1; size < 9; size++) {
			const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
				bytes.subarray(index * size, (index + 1) * size),
			);
			t.equal(streamed(values, pieces), wanted, `${text} by ${size}`);
		}
	}
});

t.test("only what may be the beginning of a value is held back", async (t) => {
	const stream = redactor({ TOKEN: "password-12345" }).stream();
	t.equal(textOf(stream.push(utf8("hello pass"))), "hello ");
	t.equal(textOf(stream.push(utf8("port "))), "passport ");
	t.equal(textOf(stream.push(utf8("done.\n"))), "done.\n");
	t.equal(textOf(stream.push(utf8("password-1234"))), "");
	t.equal(textOf(stream.push(utf8("5"))), "[secret TOKEN]");
	t.equal(textOf(stream.push(utf8("password-"))), "");
	t.equal(textOf(stream.end()), "password-");
});

t.test("bytes that are no text pass through a stream unchanged", async (t) => {
	const stream = redactor({ TOKEN: "password-12345" }).stream();
	const bytes = new Uint8Array(4_096).map((_, index) => (index * 7) % 256);
	const out = Buffer.concat([stream.push(bytes), stream.end()]);
	t.ok(out.equals(bytes));
});

t.test("the same values have the same redactor; changed, larger and forgotten ones have not", async (t) => {
	const redactors = new Redactors();
	const values = { A: "abcdefgh", B: "12345678" };
	t.equal(redactors.for(values), redactors.for({ ...values }));
	t.not(redactors.for(values), redactors.for({ ...values, B: "12345679" }));
	t.not(redactors.for(values), redactors.for({ C: "abcdefgh", B: "12345678" }));
	const huge = { H: "h".repeat(65_536), I: "i".repeat(65_536) };
	t.not(redactors.for(huge), redactors.for(huge));
	const first = redactors.for(values);
	for (let index = 0; index < 64; index++) redactors.for({ A: `abcdefgh${index}` });
	t.not(redactors.for(values), first);
	t.equal(redactors.for({ A: "abcdefgh63" }).text("abcdefgh63"), "[secret A]");
});
