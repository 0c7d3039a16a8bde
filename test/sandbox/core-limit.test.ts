import t from "tap";
import { coreLimit } from "../../src/sandbox/core-limit.ts";

const limits = (hard: string) =>
	`Limit                     Soft Limit           Hard Limit           Units     \nMax core file size        0                    ${hard}           bytes     \n`;
const HANDLER = "|/usr/share/apport/apport %p\n";

t.test("jails get a limit of one byte where the server's own permits it", async (t) => {
	for (const hard of ["unlimited", "1048576"])
		for (const pattern of ["core\n", HANDLER])
			t.equal(
				coreLimit(limits(hard), () => pattern),
				1,
			);
	t.match(coreLimit(), /^[01]$/, "this machine's");
});

t.test("none is as good where the server may set no other and no handler is started", async (t) => {
	t.equal(
		coreLimit(limits("0"), () => "/var/crash/core.%p\n"),
		0,
	);
});

t.test("a handler that is started for every limit but one byte wants that one", async (t) => {
	for (const pattern of [HANDLER, "@/run/crash.sock\n", "@@/run/crash.sock\n", ""])
		t.equal(
			coreLimit(limits("0"), () => pattern),
			1,
		);
});
