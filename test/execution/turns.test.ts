import t from "tap";
import { Line } from "../../src/execution/turns.ts";

/** Holds the thread for so long. */
function hold(ms: number): void {
	for (const end = performance.now() + ms; performance.now() < end; );
}

t.test("one line's work is done in its order, and what it returns or throws arrives", async (t) => {
	const line = new Line();
	const done: number[] = [];
	const works = [1, 2, 3].map((n) => line.do(() => done.push(n)));
	t.same([line.length, done], [3, []], "nothing is done at once");
	t.same(await Promise.all(works), [1, 2, 3]);
	t.same(done, [1, 2, 3]);
	await t.rejects(
		line.do(() => {
			throw new Error("broken");
		}),
		{ message: "broken" },
	);
	t.equal(await line.do(async () => 4), 4);
	t.equal(line.length, 0);
});

t.test("a flood lets timers in between, and another line waits for one piece of it", async (t) => {
	const [flood, other] = [new Line(), new Line()];
	let left = 200;
	const all = Array.from({ length: left }, () =>
		flood.do(() => {
			hold(2);
			left--;
		}),
	);
	let ticks = 0;
	const timer = setInterval(() => ticks++, 1);
	await other.do(() => {});
	t.ok(left >= 190, `${left} of the flood are left`);
	await Promise.all(all);
	clearInterval(timer);
	t.ok(ticks >= 20, `${ticks} ticks meanwhile`);
});

t.test("what is not ready waits, what is behind it too, and other lines go on", async (t) => {
	const [line, other] = [new Line(), new Line()];
	const done: string[] = [];
	let ready = false;
	const first = line.do(
		() => done.push("first"),
		() => ready,
	);
	const second = line.do(() => done.push("second"));
	await other.do(() => done.push("other"));
	await Bun.sleep(50);
	t.same(done, ["other"]);
	ready = true;
	await Promise.all([first, second]);
	t.same(done, ["other", "first", "second"]);
});

t.test("a flush does everything at once, also what is not ready", async (t) => {
	const line = new Line();
	const done: number[] = [];
	const works = [1, 2].map((n) =>
		line.do(
			() => done.push(n),
			() => false,
		),
	);
	line.flush();
	t.same([done, line.length], [[1, 2], 0]);
	await Promise.all(works);
	await line.do(() => done.push(3));
	t.same(done, [1, 2, 3], "and the line goes on");
});
