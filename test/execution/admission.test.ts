import t from "tap";
import { Admission, type Release } from "../../src/execution/admission.ts";
import { QUEUE_LENGTH } from "../../src/limits.ts";

const alone = () => false;
const several = () => true;

/** Lets every settled promise run its course. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Asks for a place and notes when it came. */
function ask(
	admission: Admission,
	name: string,
	order: string[],
	signal?: AbortSignal,
	namespaceId = 1,
): Promise<Release | null> {
	return admission.acquire(namespaceId, signal).then((release) => {
		order.push(release ? name : `${name} left`);
		return release;
	});
}

t.test("so many run at once as there are places, and the rest in the order of their asking", async (t) => {
	const admission = new Admission(2, alone);
	const order: string[] = [];
	const asked = ["a", "b", "c", "d", "e"].map((name) => ask(admission, name, order));
	await settled();
	t.same(order, ["a", "b"]);
	(await asked[1])?.();
	await settled();
	t.same(order, ["a", "b", "c"]);
	(await asked[0])?.();
	(await asked[2])?.();
	await settled();
	t.same(order, ["a", "b", "c", "d", "e"]);
	for (const one of asked) (await one)?.();
	await admission.idle();
});

t.test("a place given back twice is given back once", async (t) => {
	const admission = new Admission(1, alone);
	const order: string[] = [];
	const first = await admission.acquire(1);
	const waiting = [ask(admission, "b", order), ask(admission, "c", order)];
	first?.();
	first?.();
	await settled();
	t.same(order, ["b"], "the second does not let another one in");
	(await waiting[0])?.();
	(await waiting[1])?.();
	const again = [ask(admission, "x", order), ask(admission, "y", order)];
	await settled();
	t.same(order, ["b", "c", "x"]);
	(await again[0])?.();
	(await again[1])?.();
});

t.test("who leaves the queue has no place, and does not hold up those behind", async (t) => {
	const admission = new Admission(1, alone);
	const order: string[] = [];
	const running = await admission.acquire(1);
	const away = new AbortController();
	const leaving = ask(admission, "b", order, away.signal);
	const staying = ask(admission, "c", order);
	away.abort();
	t.equal(await leaving, null);
	t.same(order, ["b left"]);
	running?.();
	await settled();
	t.same(order, ["b left", "c"]);
	(await staying)?.();
	await admission.idle();
});

t.test("an abort after the place was had changes nothing", async (t) => {
	const admission = new Admission(1, alone);
	const away = new AbortController();
	const running = await admission.acquire(1);
	const waiting = admission.acquire(1, away.signal);
	running?.();
	const release = await waiting;
	away.abort();
	t.type(release, "function");
	const order: string[] = [];
	const next = ask(admission, "next", order);
	await settled();
	t.same(order, [], "the place is still taken");
	release?.();
	(await next)?.();
});

t.test("who has gone before asking gets no place, even a free one", async (t) => {
	const admission = new Admission(1, alone);
	t.equal(await admission.acquire(1, AbortSignal.abort()), null);
	const release = await admission.acquire(1);
	t.type(release, "function");
	release?.();
});

t.test("the queue is bounded: one more is refused at once", async (t) => {
	const admission = new Admission(1, alone);
	const running = await admission.acquire(1);
	const away = new AbortController();
	const waiting = Array.from({ length: QUEUE_LENGTH }, () => admission.acquire(1, away.signal));
	t.equal(await admission.acquire(1), null);
	away.abort();
	t.ok((await Promise.all(waiting)).every((release) => release === null));
	const order: string[] = [];
	const next = ask(admission, "next", order);
	running?.();
	(await next)?.();
	t.same(order, ["next"], "those who left have made room");
});

t.test("idle means that nothing runs and nothing waits", async (t) => {
	const admission = new Admission(2, alone);
	await admission.idle();
	const [first, second] = [await admission.acquire(1), await admission.acquire(1)];
	const third = admission.acquire(1);
	const order: string[] = [];
	const idle = [1, 2].map((name) => admission.idle().then(() => order.push(`idle ${name}`)));
	first?.();
	second?.();
	await settled();
	t.same(order, [], "the third runs now");
	(await third)?.();
	await Promise.all(idle);
	t.same(order, ["idle 1", "idle 2"]);
});

t.test(
	"a namespace among several leaves a quarter of the places to the others, a lone one none",
	async (t) => {
		for (const [places, most] of [
			[1, 1],
			[2, 1],
			[4, 3],
			[16, 12],
		] as const) {
			const admission = new Admission(places, several);
			const order: string[] = [];
			const asked = Array.from({ length: places + 1 }, (_, n) =>
				ask(admission, `a${n}`, order, undefined, 1),
			);
			await settled();
			t.equal(order.length, most, `${places} places`);
			const others = Array.from({ length: places - most }, (_, n) =>
				ask(admission, `b${n}`, order, undefined, 2),
			);
			await settled();
			t.equal(order.length, places, "another namespace gets the rest at once, past those that wait");
			for (const one of [...others, ...asked]) (await one)?.();
			await admission.idle();
		}
	},
);

t.test("a place that comes free goes to the namespace that has the fewest", async (t) => {
	const admission = new Admission(4, several);
	const order: string[] = [];
	const run = (name: string) => ask(admission, name, order, undefined, name.charCodeAt(0));
	const running = [run("a1"), run("a2"), run("a3"), run("b1")];
	const waiting = [run("a4"), run("a5"), run("b2"), run("c1"), run("b3")];
	await settled();
	t.same(order, ["a1", "a2", "a3", "b1"]);
	for (const one of running) {
		(await one)?.();
		await settled();
	}
	t.same(order.slice(4), ["c1", "a4", "b2", "a5"], "those that have as many take turns");
	for (const one of waiting) (await one)?.();
	await admission.idle();
});

t.test("a namespace with a full queue neither keeps another out nor goes before it twice", async (t) => {
	const admission = new Admission(1, several);
	const running = await admission.acquire(1);
	const away = new AbortController();
	const order: string[] = [];
	const queue = Array.from({ length: QUEUE_LENGTH }, (_, n) =>
		ask(admission, `a${n}`, order, away.signal, 1),
	);
	t.equal(await admission.acquire(1, away.signal), null, "one more of its own is refused");
	const others = [ask(admission, "b0", order, undefined, 2), ask(admission, "b1", order, undefined, 2)];
	running?.();
	for (const one of [queue[0], others[0], queue[1], others[1]]) (await one)?.();
	t.same(order.slice(0, 4), ["a0", "b0", "a1", "b1"]);
	away.abort();
	(await queue[2])?.();
	await Promise.all(queue);
	await admission.idle();
});
