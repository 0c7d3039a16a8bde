import t from "tap";
import { kernel } from "../../src/doctor/kernel.ts";
import { atLeast } from "../../src/doctor/version-numbers.ts";
import { doctor } from "./support.ts";

t.test("a kernel that is too old is a failure that names the version", async (t) => {
	t.match((await doctor({ only: ["kernel"] })).find("kernel"), { status: "ok", detail: /^Linux \d+\.\d+/ });
	const found = (await doctor({ only: ["kernel"], under: ["setarch", "--uname-2.6"] })).find("kernel");
	t.match(found, { status: "fail", detail: /^Linux 2\.6\.\d+.* is too old/, remedy: /5\.19 or newer/ });
	t.equal(kernel.name, "kernel");
});

t.test("versions are compared as numbers", async (t) => {
	for (const [version, least] of [
		["5.19", "5.19"],
		["5.19.0-rc1", "5.19"],
		["6.1.0-18-amd64", "5.19"],
		["10.0", "9.9"],
		["3.11.2", "3.11"],
		["3.11", "3.11.0"],
	] as const)
		t.ok(atLeast(version, least), `${version} ≥ ${least}`);
	for (const [version, least] of [
		["5.9", "5.19"],
		["5.18.19", "5.19"],
		["3.9.18", "3.11"],
		["", "1.0"],
	] as const)
		t.notOk(atLeast(version, least), `${version} < ${least}`);
});
