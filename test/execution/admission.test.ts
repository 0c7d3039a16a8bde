import t from "tap";
import { Admission, type Release } from "../../src/execution/admission.ts";
import { QUEUE_LENGTH } from "../../src/limits.ts";

/** Lets every settled promise run its course. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Asks for a place and notes when it came. */
function ask(
	admission: Admission,
	name: string,
	order: string[],
	signal?: AbortSignal,
): Promise<Release | null> {
	return admission.acquire(signal).then((release) => {
		order.push(release ? name : `${name} left`);
		return release;
	});
}

t.test("so many run at once as there are places, and the rest in the order of their asking", async (t) => {
	const admission = new Admission(2);
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
	const admission = new Admission(1);
	const order: string[] = [];
	const first = await admission.acquire();
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
	const admission = new Admission(1);
	const order: string[] = [];
	const running = await admission.acquire();
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
	const admission = new Admission(1);
	const away = new AbortController();
	const running = await admission.acquire();
	const waiting = admission.acquire(away.signal);
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
	const admission = new Admission(1);
	t.equal(await admission.acquire(AbortSignal.abort()), null);
	const release = await admission.acquire();
	t.type(release, "function");
	release?.();
});

t.test("the queue is bounded: one more is refused at once", async (t) => {
	const admission = new Admission(1);
	const running = await admission.acquire();
	const away = new AbortController();
	const waiting = Array.from({ length: QUEUE_LENGTH }, () => admission.acquire(away.signal));
	t.equal(await admission.acquire(), null);
	away.abort();
	t.ok((await Promise.all(waiting)).every((release) => release === null));
	const order: string[] = [];
	const next = ask(admission, "next", order);
	running?.();
	(await next)?.();
	t.same(order, ["next"], "those who left have made room");
});

t.test("idle means that nothing runs and nothing waits", async (t) => {
	const admission = new Admission(2);
	await admission.idle();
	const [first, second] = [await admission.acquire(), await admission.acquire()];
	const third = admission.acquire();
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
