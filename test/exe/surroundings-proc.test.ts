import { chownSync, readFileSync } from "node:fs";
import t from "tap";
import { makeDataFolder, startBrig } from "../server.ts";
import { execute } from "./support.ts";
import { asUser, mounted, noRoot } from "./surroundings.ts";

const BUSY =
	"import time\nend = time.monotonic() + 0.2\nwhile time.monotonic() < end: pass\nx = bytearray(40 << 20)\nresult = len(x)";
/** Control groups are root's here; without them what a jail has used is read from /proc. */
const USERS: [string, string[], string[]][] = [
	["root", [], []],
	["a user who may map ids", asUser(true), ["--without-cgroups"]],
	["a user without any rights", asUser(false), ["--without-cgroups"]],
];

for (const option of ["hidepid=invisible", "hidepid=ptraceable", "subset=pid"]) {
	t.test(
		`with /proc mounted ${option} sandboxes work, are confined and are measured`,
		{ skip: noRoot },
		async (t) => {
			for (const [who, become, limits] of USERS) {
				const data = makeDataFolder(t);
				if (become.length > 0) chownSync(data, 4321, 4321);
				const wrap = [...mounted(`mount -t proc -o ${option} proc /proc`), ...become];
				const brig = await startBrig(t, { data, wrap, args: limits, env: { HOME: data } });
				for (const [language, code] of [
					["python", BUSY],
					["typescript", "export default 41943040"],
				] as const) {
					const { body } = await execute(brig, language, code);
					t.match(body, { status: "ok", result: 40 << 20 }, `${who}, ${language}`);
					const { cpu_ms, peak_memory_mb } = body.usage;
					if (language === "python")
						t.ok(cpu_ms > 20 && peak_memory_mb > 40, `${who}: ${cpu_ms} ms, ${peak_memory_mb} MiB`);
				}
				t.notMatch(brig.stderr(), / fault reason=| sandbox_/);
				await brig.stop();
			}
		},
	);
}

t.test("what hides processes from users is not what the test's own /proc has", async (t) => {
	t.notMatch(
		readFileSync("/proc/self/mounts", "utf8"),
		/^proc \/proc proc .*hidepid=(invisible|ptraceable|2|4)/m,
	);
});
