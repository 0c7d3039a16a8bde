import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { makeDataFolder, startBrig } from "../server.ts";
import { api, execute } from "./support.ts";
import { health, inside, mounted, noRoot, refusal, sentence } from "./surroundings.ts";

/** A file in a folder of the test's own. */
function file(t: Parameters<typeof makeDataFolder>[0], text: string, mode = 0o755): string {
	const path = join(makeDataFolder(t), "python3");
	writeFileSync(path, text);
	chmodSync(path, mode);
	return path;
}

/** The interpreter itself, behind its links. */
const PYTHON = "$(readlink -f /usr/bin/python3)";
/** Where /usr/bin is a folder with everything but Python. */
const WITHOUT = `bin=$(mktemp -d) && mount -t tmpfs none $bin && cp -a /usr/bin/. $bin && rm -f $bin/python3* && mount --move $bin /usr/bin && rmdir $bin`;

t.test("without Python it does not start, and names the package", { skip: noRoot }, async (t) => {
	const said = await refusal(t, mounted(WITHOUT));
	t.equal(
		said,
		"brig: Sandboxes need Python: there is no /usr/bin/python3: on Debian, apt-get install python3.\n",
	);
});

t.test("a Python that does not run is named with what it says", { skip: noRoot }, async (t) => {
	const broken: [string, RegExp][] = [
		[`mount --bind ${file(t, "garbage")} ${PYTHON}`, /ENOEXEC/],
		[`mount --bind ${file(t, "", 0o644)} ${PYTHON}`, /EACCES/],
		[`mount --bind ${file(t, "#!/bin/sh\nexit 1\n")} ${PYTHON}`, /does not say its version/],
		["for lib in /usr/lib/python3.*; do mount -t tmpfs none $lib; done", /Fatal Python error: /],
	];
	for (const [lines, why] of broken) {
		const said = await refusal(t, mounted(lines));
		t.match(
			said,
			/^brig: Sandboxes need Python: \/usr\/bin\/python3 does not work \(.*\): install it again, .*apt-get install --reinstall python3-minimal\.\n$/,
		);
		t.match(said, why);
	}
});

t.test("a Python that is too old is named with its version", { skip: noRoot }, async (t) => {
	const old = file(t, "#!/bin/sh\necho 3.9\n");
	const said = await refusal(t, mounted(`mount --bind ${old} ${PYTHON}`));
	t.match(said, /^brig: \/usr\/bin\/python3 is Python 3\.9, and sandboxes need 3\.11 or newer: .*Debian 12/);
});

t.test(
	"a Python that breaks while the server runs is the reason of every refusal, until it works again",
	{ skip: noRoot },
	async (t) => {
		const brig = await startBrig(t, { wrap: mounted(":"), args: ["--warm", "0"] });
		t.match(await execute(brig, "python", "return 1"), { body: { status: "ok" } });
		const source = "def f() -> int:\n    return 1\n";

		inside(brig, "for lib in /usr/lib/python3.*; do mount -t tmpfs none $lib; done");
		const reason =
			/^No sandbox could be started: \/usr\/bin\/python3 does not work \(Fatal Python error: .*\): install it again/;
		t.match(await execute(brig, "python", "return 1"), {
			status: 503,
			body: { error: { code: "no_sandbox", message: reason } },
		});
		t.match(await execute(brig, "typescript", "return 1"), {
			status: 503,
			body: { error: { message: reason } },
		});
		t.match(await api(brig, "PUT", "functions/s.f", source), {
			status: 503,
			body: { error: { message: reason } },
		});
		t.equal(await health(brig), 503);
		const { body } = await api(brig, "GET", "executions?limit=1");
		t.match(body.executions, [{ status: "sandbox_failed", error_type: "NoSandbox" }]);

		inside(brig, "umount /usr/lib/python3.*");
		t.match(await execute(brig, "python", "return 2"), { body: { status: "ok", result: 2 } });
		t.equal((await api(brig, "PUT", "functions/s.f", source)).status, 201);
		t.equal(await health(brig), 200);

		inside(brig, WITHOUT);
		t.match(await execute(brig, "python", "return 1"), {
			status: 503,
			body: { error: { message: /there is no \/usr\/bin\/python3: on Debian, apt-get install python3\.$/ } },
		});
	},
);

t.test("a sandbox that waits is used while Python is away", { skip: noRoot }, async (t) => {
	const brig = await startBrig(t, { wrap: mounted(":"), args: ["--warm", "1"] });
	inside(brig, "for lib in /usr/lib/python3.*; do mount -t tmpfs none $lib; done");
	t.match(await execute(brig, "python", "return 6 * 7"), { status: 200, body: { status: "ok", result: 42 } });
	t.notMatch(sentence(brig.stderr()), /discarded/);
});
