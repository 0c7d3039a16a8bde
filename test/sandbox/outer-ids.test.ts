import t from "tap";
import { canMapIds, outerIds } from "../../src/sandbox/outer-ids.ts";

const COUNT = 65_536;
const noIds = canMapIds() ? false : "this user can map no ids but its own";

t.test("every live jail has an id of its own, far from those of people", { skip: noIds }, async (t) => {
	const ids = outerIds();
	const taken = Array.from({ length: 1_000 }, () => ids.take() as number);
	t.equal(new Set(taken).size, 1_000);
	t.ok(taken.every((id) => Number.isInteger(id) && id >= 100_000));
});

t.test("an id that was given back rests longest", { skip: noIds }, async (t) => {
	const ids = outerIds();
	const first = ids.take() as number;
	ids.give(first);
	const others = Array.from({ length: COUNT - 1 }, () => {
		const id = ids.take();
		ids.give(id);
		return id;
	});
	t.notOk(others.includes(first));
	t.equal(ids.take(), first, "its turn comes again when all others have had theirs");
});

t.test("an id that is in use is passed over, and none left is an error", { skip: noIds }, async (t) => {
	const ids = outerIds();
	const all = new Set(Array.from({ length: COUNT }, () => ids.take()));
	t.equal(all.size, COUNT);
	t.throws(() => ids.take(), { message: "all outer ids are taken" });
	const [one] = all;
	ids.give(one as number);
	t.equal(ids.take(), one);
	ids.give(null);
	t.throws(() => ids.take());
});

t.test("a user without the capabilities has no ids to give", async (t) => {
	const root = process.getuid?.() === 0;
	const program = `
		const { canMapIds, outerIds } = await import(${JSON.stringify(`${process.cwd()}/src/sandbox/outer-ids.ts`)});
		if (${root}) { process.setgid(65534); process.setuid(65534); }
		const ids = outerIds();
		ids.give(null);
		console.log(canMapIds(), ids.take(), ids.take());`;
	if (!root && canMapIds()) return t.pass("this user has the capabilities without being root");
	const child = Bun.spawnSync([process.execPath, "-e", program], { cwd: "/" });
	t.equal(child.stdout.toString().trim(), "false null null", child.stderr.toString());
});
