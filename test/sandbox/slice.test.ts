import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import t from "tap";

const SLICE = join(import.meta.dir, "../../src/sandbox/slice.ts");
const SHORT = /^se\.slice\s*:\s*300000$/m;

const [major = 0, minor = 0] = release().split(".").map(Number);
const seen = existsSync("/proc/self/sched") ? readFileSync("/proc/self/sched", "utf8") : "";
/** Of a kernel that has them and shows them, in a policy that has slices at all. */
const told = /^policy\s*:\s*0$/m.test(seen) && (major > 6 || (major === 6 && minor >= 12));

/** What the kernel says of the slices of a program that a process starts after `code`. */
function sliceAfter(code: string): string {
	const show = 'console.log(Bun.spawnSync(["/bin/cat", "/proc/self/sched"]).stdout.toString())';
	const program = `import { takeShortSlices } from "${SLICE}";\n${code}\n${show}`;
	return Bun.spawnSync([process.execPath, "-e", program]).stdout.toString();
}

t.test(
	"what a process starts has short slices once it has taken them, and not before",
	{ skip: told ? false : "this kernel has no slices of one's own for this process, or does not show them" },
	async (t) => {
		t.notMatch(sliceAfter(""), SHORT);
		t.match(sliceAfter("takeShortSlices();"), SHORT);
		t.match(sliceAfter("takeShortSlices(); takeShortSlices();"), SHORT);
	},
);
