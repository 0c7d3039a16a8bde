import t from "tap";
import { Starts } from "../../src/sandbox/starts.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Starts that end when they are told to, and the order in which they began. */
function makeStarts(most: number) {
	const starts = new Starts(most);
	const began: string[] = [];
	const end = new Map<string, () => void>();
	const ask = (owner: number, name: string, signal?: AbortSignal) =>
		starts.run(
			owner,
			() => {
				began.push(name);
				return new Promise<string>((resolve) => end.set(name, () => resolve(name)));
			},
			signal,
		);
	return { starts, began, end, ask };
}

t.test(
	"so many of one owner begin at once, and the others of it in the order in which they came",
	async (t) => {
		const { began, end, ask } = makeStarts(2);
		const all = ["a1", "a2", "a3", "a4"].map((name) => ask(1, name));
		await settled();
		t.same(began, ["a1", "a2"]);
		for (let ended = 0; ended < all.length; ended++) {
			end.get(began[ended] as string)?.();
			await settled();
		}
		t.same(await Promise.all(all), ["a1", "a2", "a3", "a4"]);
		for (const name of ["later", "last", "waits"]) void ask(1, name);
		await settled();
		t.same(began.slice(4), ["later", "last"], "every place has come back, and none more");
	},
);

t.test("no owner waits for another's", async (t) => {
	const { began, ask } = makeStarts(1);
	for (const name of ["a1", "a2", "b1", "b2", "c1"]) void ask(name.charCodeAt(0), name);
	await settled();
	t.same(began, ["a1", "b1", "c1"]);
});

t.test("a start that fails gives its place back", async (t) => {
	const { starts, began, ask } = makeStarts(1);
	const failing = starts.run(1, async () => {
		throw new Error("no");
	});
	void ask(1, "next");
	await t.rejects(failing, { message: "no" });
	await settled();
	t.same(began, ["next"]);
});

t.test("one that nobody wants any more leaves the line, and never begins", async (t) => {
	const { began, end, ask } = makeStarts(1);
	void ask(1, "first");
	const gone = new AbortController();
	const unwanted = ask(1, "unwanted", gone.signal);
	void ask(1, "last", new AbortController().signal);
	gone.abort(new Error("it has ended"));
	await t.rejects(unwanted, { message: "it has ended" });
	await t.rejects(ask(1, "too late", gone.signal), { message: "it has ended" });
	end.get("first")?.();
	await settled();
	t.same(began, ["first", "last"]);
});
