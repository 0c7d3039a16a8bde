import t from "tap";
import { type Share, Shares } from "../../src/sandbox/shares.ts";

/** A jail that remembers its weight. */
function makeJail() {
	const jail = {
		weight: 0,
		weigh(weight: number) {
			jail.weight = weight;
		},
	};
	return jail;
}
const sum = (jails: { weight: number }[]) => jails.reduce((total, { weight }) => total + weight, 0);

t.test("owners weigh the same, however many jails each has", async (t) => {
	const shares = new Shares();
	const many = Array.from({ length: 4 }, makeJail);
	const one = makeJail();
	const open = many.map((jail) => {
		const share = shares.open(1);
		share.give(jail);
		return share;
	});
	shares.open(2).give(one);
	t.equal(one.weight, 1_000);
	t.equal(sum(many), one.weight);
	t.equal(new Set(many.map(({ weight }) => weight)).size, 1, "and so do the jails of one of them");
	open[0]?.close();
	open[0]?.close();
	t.same(
		many.slice(1).map(({ weight }) => weight),
		[333, 333, 333],
		"those that are left divide what one had, once",
	);
});

t.test("a jail that starts counts before it is there, and not when it never comes", async (t) => {
	const shares = new Shares();
	const running = makeJail();
	shares.open(1).give(running);
	const starting = shares.open(1);
	t.equal(starting.weight, 500);
	t.equal(running.weight, 500);
	starting.close();
	t.equal(running.weight, 1_000);
});

t.test("weights stay in the kernel's range with thousands of jails, and come back", async (t) => {
	const shares = new Shares();
	const jail = makeJail();
	const first = shares.open(1);
	first.give(jail);
	const others: Share[] = Array.from({ length: 5_000 }, () => shares.open(1));
	t.equal(jail.weight, 1);
	for (const share of others) share.close();
	t.equal(jail.weight, 1_000);
	first.close();
	const again = makeJail();
	shares.open(1).give(again);
	t.equal(again.weight, 1_000, "an owner that had none starts anew");
});

t.test("an owner has no more memory than it may, counting what its jails have claimed", async (t) => {
	const shares = new Shares();
	const [first, second, third] = [shares.open(1), shares.open(1), shares.open(1)];
	t.ok(first.claim(300, 500));
	t.notOk(second.claim(300, 500), "too much beside the first");
	t.ok(third.claim(200, 500), "what was refused does not count");
	t.notOk(second.claim(1, 500));
	t.ok(shares.open(2).claim(500, 500), "another owner has its own");
	first.close();
	t.ok(second.claim(300, 500), "what has ended counts no more");
});

t.test("an owner's only jail may have any memory", async (t) => {
	const shares = new Shares();
	t.ok(shares.open(1).claim(2_048, 500));
	t.notOk(shares.open(1).claim(1, 500));
});
