import t from "tap";
import { type Share, Shares } from "../../src/sandbox/shares.ts";

/** A jail that remembers its weight and says how much CPU it has used. */
function makeJail() {
	const jail = {
		weight: 0,
		usedMs: 0,
		weigh(weight: number) {
			jail.weight = weight;
		},
		cpuMs: () => jail.usedMs,
	};
	return jail;
}
type Made = ReturnType<typeof makeJail>;

/** A jail of this owner that has just started. */
function add(shares: Shares, owner: number): { jail: Made; share: Share } {
	const [jail, share] = [makeJail(), shares.open(owner)];
	share.give(jail, false);
	return { jail, share };
}
const sum = (made: { jail: Made }[]) => made.reduce((total, { jail }) => total + jail.weight, 0);
const WHOLE = 4_000;

t.test("owners weigh the same, however many jails each has", async (t) => {
	const shares = new Shares();
	const many = Array.from({ length: 4 }, () => add(shares, 1));
	const one = add(shares, 2);
	t.equal(one.jail.weight, WHOLE);
	t.equal(sum(many), WHOLE);
	t.equal(new Set(many.map(({ jail }) => jail.weight)).size, 1, "and so do the jails of one of them");
	many[0]?.share.close();
	many[0]?.share.close();
	t.same(
		many.slice(1).map(({ jail }) => jail.weight),
		[1_333, 1_333, 1_333],
		"those that are left divide what one had, once",
	);
	shares.close();
});

t.test("an owner that uses much weighs less than one that uses little, until it has stopped", async (t) => {
	const shares = new Shares();
	const [busy, idle] = [add(shares, 1), add(shares, 2)];
	for (let look = 0; look < 20; look++) {
		busy.jail.usedMs += 500;
		idle.jail.usedMs += 5;
		shares.look(500);
	}
	t.ok(busy.jail.weight < WHOLE / 9, `${busy.jail.weight} with a whole core`);
	t.ok(idle.jail.weight > WHOLE / 2, `${idle.jail.weight} with a hundredth`);
	t.ok(shares.open(1).weight < WHOLE / 18, "its next jail weighs no more, and both together as much");
	for (let look = 0; look < 40; look++) shares.look(500);
	t.ok(busy.jail.weight * 2 > WHOLE * 0.95, "what it used is forgotten");
	shares.close();
});

t.test("two owners that use the same weigh the same, one of them by ever new jails", async (t) => {
	const shares = new Shares();
	const steady = add(shares, 1);
	let last = add(shares, 2);
	for (let look = 0; look < 20; look++) {
		steady.jail.usedMs += 500;
		for (let turn = 0; turn < 10; turn++) {
			last.jail.usedMs = 50;
			last.share.close();
			last = add(shares, 2);
		}
		shares.look(500);
	}
	t.equal(last.jail.weight, steady.jail.weight);
	shares.close();
});

t.test(
	"what a jail used while it waited for nobody counts for nobody, its start for who has asked",
	async (t) => {
		const shares = new Shares();
		for (const [owner, waited] of [
			[1, true],
			[2, false],
		] as const) {
			const [jail, share] = [makeJail(), shares.open(owner)];
			jail.usedMs = 10_000;
			share.give(jail, waited);
		}
		shares.look(500);
		t.equal(shares.open(1).weight, WHOLE / 2);
		t.ok(shares.open(2).weight < WHOLE / 10);
		shares.close();
	},
);

t.test("a jail that starts counts before it is there, and not when it never comes", async (t) => {
	const shares = new Shares();
	const { jail } = add(shares, 1);
	const starting = shares.open(1);
	t.equal(starting.weight, WHOLE / 2);
	t.equal(jail.weight, WHOLE / 2);
	starting.close();
	t.equal(jail.weight, WHOLE);
	shares.close();
});

t.test("weights stay in the kernel's range with thousands of jails, and come back", async (t) => {
	const shares = new Shares();
	const first = add(shares, 1);
	const others = Array.from({ length: 5_000 }, () => shares.open(1));
	t.equal(first.jail.weight, 1);
	for (const share of others) share.close();
	t.equal(first.jail.weight, WHOLE);
	first.share.close();
	for (let look = 0; look < 40; look++) shares.look(500);
	t.equal(add(shares, 1).jail.weight, WHOLE, "an owner that had none starts anew");
	shares.close();
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
	shares.close();
});

t.test("an owner's only jail may have any memory", async (t) => {
	const shares = new Shares();
	t.ok(shares.open(1).claim(2_048, 500));
	t.notOk(shares.open(1).claim(1, 500));
	shares.close();
});
