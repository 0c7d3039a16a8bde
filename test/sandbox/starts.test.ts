import t from "tap";
import { Starts } from "../../src/sandbox/starts.ts";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Starts that end when they are told to, and the order in which they began. */
function makeStarts(most: number) {
	const starts = new Starts(most);
	const began: string[] = [];
	const end = new Map<string, () => void>();
	const ask = (owner: number, name: string) =>
		starts.run(owner, () => {
			began.push(name);
			return new Promise<string>((resolve) => end.set(name, () => resolve(name)));
		});
	return { starts, began, end, ask };
}

t.test("so many begin at once, the others by turns of their owners", async (t) => {
	const { began, end, ask } = makeStarts(2);
	const all = ["a1", "a2", "a3", "a4", "b1", "b2", "c1"].map((name) => ask(name.charCodeAt(0), name));
	await settled();
	t.same(began, ["a1", "a2"]);
	for (let ended = 0; ended < all.length; ended++) {
		end.get(began[ended] as string)?.();
		await settled();
	}
	t.same(began.slice(2), ["a3", "b1", "c1", "a4", "b2"]);
	t.same((await Promise.all(all)).sort(), ["a1", "a2", "a3", "a4", "b1", "b2", "c1"]);
	ask(1, "later");
	ask(1, "last");
	ask(1, "waits");
	await settled();
	t.same(began.slice(7), ["later", "last"], "every place has come back, and none more");
});

t.test("a start that fails gives its place back", async (t) => {
	const { starts, began, ask } = makeStarts(1);
	const failing = starts.run(1, async () => {
		throw new Error("no");
	});
	void ask(2, "next");
	await t.rejects(failing, { message: "no" });
	await settled();
	t.same(began, ["next"]);
});
