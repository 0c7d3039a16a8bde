import t from "tap";
import { HEALTH, Health, type HealthWord } from "../src/health.ts";

/** What the health is after each of these starts, and what was logged. */
function after(...results: HealthWord[]) {
	const logged: string[] = [];
	const health = new Health((event, fields) => logged.push(`${event} ${fields?.status} ${fields?.reason}`));
	const words = results.map((result) => {
		health.started(result);
		return health.word;
	});
	return { words, logged };
}

t.test("a server is well until a start fails, and again after the first that succeeds", async (t) => {
	t.equal(new Health(() => {}).word, "ok");
	const { words, logged } = after("ok", "sandbox_failed", "sandbox_failed", "ok", "ok");
	t.same(words, ["ok", "sandbox_failed", "sandbox_failed", "ok", "ok"]);
	t.same(
		logged,
		[`unhealthy sandbox_failed ${HEALTH.sandbox_failed}`, `healthy ok ${HEALTH.ok}`],
		"changes alone are logged",
	);
});

t.test("the third sandbox in a row that is not confined is a reason of its own", async (t) => {
	const { words, logged } = after("not_confined", "not_confined", "not_confined", "not_confined", "ok");
	t.same(words, ["sandbox_failed", "sandbox_failed", "not_confined", "not_confined", "ok"]);
	t.equal(logged[1], `unhealthy not_confined ${HEALTH.not_confined}`);
});

t.test("only a success ends the row", async (t) => {
	t.same(
		after("not_confined", "not_confined", "ok", "not_confined", "not_confined").words.at(-1),
		"sandbox_failed",
	);
	const { words } = after("not_confined", "sandbox_failed", "not_confined", "not_confined", "sandbox_failed");
	t.same(words.slice(2), ["sandbox_failed", "not_confined", "not_confined"]);
});
