import t from "tap";
import { refused } from "../http/support/client.ts";
import { source, startVersions } from "./support.ts";

const { at, put, result } = await startVersions(t);
const WRITERS = 100;

t.test(
	"a hundred writers of one function at once: every acknowledged version is there, numbered without gaps",
	async (t) => {
		t.setTimeout(120_000);
		const answers = await Promise.all(
			Array.from({ length: WRITERS }, async (_, n) => {
				// Busy is an answer too: the writer comes back.
				for (;;) {
					const answer = await put("many.get", source(n));
					if (answer.status !== 429 && answer.status !== 503) return { n, ...answer };
					await Bun.sleep(200);
				}
			}),
		);
		for (const { status, text } of answers) t.equal(status, 201, text);
		const numbers = answers.map(({ json }) => json.version).sort((a, b) => a - b);
		t.same(
			numbers,
			Array.from({ length: WRITERS }, (_, at) => at + 1),
		);
		const { versions } = (await at("GET", "many.get/versions")).json;
		t.equal(versions.length, WRITERS);
		for (const { n, json } of answers.slice(0, 20)) {
			const one = await at("GET", `many.get/versions/${json.version}`);
			t.equal(one.json.code, source(n), "what was acknowledged under a number is what is there");
		}
		const last = answers.find(({ json }) => json.version === WRITERS);
		t.equal(await result("many.get"), last?.n, "the newest is active");
	},
);

t.test("of writers who all change the same version, one wins, and the others are told", async (t) => {
	const { headers } = await put("match.get", source(0));
	const tag = headers.get("etag") as string;
	t.match(tag, /^"1-[0-9a-f]{16}"$/);
	const answers = await Promise.all(
		Array.from({ length: 10 }, (_, n) =>
			put("match.get", source(n + 1), {}, { headers: { "if-match": tag } }),
		),
	);
	t.equal(answers.filter(({ status }) => status === 201).length, 1);
	for (const answer of answers.filter(({ status }) => status !== 201))
		refused(t, answer, 412, "precondition_failed");
	const { versions } = (await at("GET", "match.get/versions")).json;
	t.equal(versions.length, 2, "a refused writer leaves no version");
	const winner = answers.find(({ status }) => status === 201);
	t.equal((await at("GET", "match.get")).headers.get("etag"), winner?.headers.get("etag"));
});

t.test("conditions: any version, none, one of several, one of a function that is not there", async (t) => {
	const write = (n: number, name: string, headers: Record<string, string>) =>
		put(name, source(n), {}, { headers });
	refused(t, await write(1, "cond.get", { "if-match": "*" }), 412, "precondition_failed");
	refused(t, await write(1, "cond.get", { "if-match": '"1-0000000000000000"' }), 412, "precondition_failed");
	const made = await write(1, "cond.get", { "if-none-match": "*" });
	t.equal(made.status, 201);
	refused(t, await write(2, "cond.get", { "if-none-match": "*" }), 412, "precondition_failed");
	const tag = made.headers.get("etag") as string;
	t.equal((await write(2, "cond.get", { "if-match": `"9-0000000000000000", ${tag}` })).status, 201);
	refused(t, await write(3, "cond.get", { "if-match": tag }), 412, "precondition_failed");
	t.equal((await write(3, "cond.get", { "if-match": "*" })).status, 201);
});
