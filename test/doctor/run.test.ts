import t from "tap";
import { ConfigError } from "../../src/config.ts";
import { makeContext } from "../../src/doctor/context.ts";
import { ok } from "../../src/doctor/finding.ts";
import { runCheck, runChecks } from "../../src/doctor/run.ts";

const context = makeContext(new ConfigError("none"), "/nonexistent");

t.test("a check that throws has failed, with the reason", async (t) => {
	const sync = () => {
		throw new Error("the sky fell");
	};
	for (const run of [sync, async () => sync(), () => Promise.reject("the sky fell")])
		t.match(await runCheck({ name: "sky", run }, context), {
			name: "sky",
			status: "fail",
			detail: "the check itself failed: the sky fell",
			remedy: String,
		});
});

t.test("a check that does not end has failed, and is told to stop", async (t) => {
	let stopped = false;
	const endless = {
		name: "endless",
		timeoutMs: 20,
		run: (_: unknown, signal: AbortSignal) => {
			signal.addEventListener("abort", () => {
				stopped = true;
			});
			return new Promise<never>(() => {});
		},
	};
	t.match(await runCheck(endless, context), { status: "fail", detail: "no answer within 0.02 s" });
	t.ok(stopped);
});

t.test("checks run one after the other, in their order", async (t) => {
	const order: string[] = [];
	const slow = (name: string, ms: number) => ({
		name,
		async run() {
			order.push(`${name} begins`);
			await Bun.sleep(ms);
			order.push(`${name} ends`);
			return ok(name);
		},
	});
	const results = await runChecks([slow("a", 5), slow("b", 0)], context);
	t.same(order, ["a begins", "a ends", "b begins", "b ends"]);
	t.same(results, [
		{ name: "a", status: "ok", detail: "a", remedy: null },
		{ name: "b", status: "ok", detail: "b", remedy: null },
	]);
});
