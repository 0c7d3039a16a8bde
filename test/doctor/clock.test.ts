import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { ConfigError } from "../../src/config.ts";
import { clockCheck } from "../../src/doctor/clock.ts";
import { makeContext } from "../../src/doctor/context.ts";
import { runCheck } from "../../src/doctor/run.ts";
import { doctor, scratch } from "./support.ts";

t.test("a clock that is behind the data is a failure", async (t) => {
	const data = scratch(t);
	writeFileSync(join(data, "brig.db"), "");
	t.not((await doctor({ only: ["clock"], data })).find("clock").status, "fail");
	const later = Date.now() / 1_000 + 2 * 86_400;
	utimesSync(join(data, "brig.db"), later, later);
	const found = (await doctor({ only: ["clock"], data })).find("clock");
	t.match(found, { status: "fail", detail: /^it is behind: .*brig\.db is of \d{4}-/, remedy: /timedatectl/ });
});

t.test("a clock that nothing keeps right is a warning", async (t) => {
	// The kernel's word can't be changed without changing the machine's clock.
	const context = makeContext(new ConfigError("none"), scratch(t));
	const find = (word: boolean | null) =>
		runCheck(
			clockCheck(() => word),
			context,
		);
	t.match(await find(true), { status: "ok", detail: /, synchronised$/ });
	t.match(await find(false), {
		status: "warn",
		detail: /not synchronised$/,
		remedy: /timedatectl set-ntp true/,
	});
	t.match(await find(null), { status: "ok", detail: /does not say/ });
	t.match((await runCheck(clockCheck(), context)).status, /^(ok|warn)$/, "and the kernel has one");
});
