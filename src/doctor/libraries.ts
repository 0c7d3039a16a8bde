/** The shared libraries that nsjail needs, asked of the loader itself. @module */
import { dlopen } from "bun:ffi";
import type { Check } from "./check.ts";
import { fail, ok } from "./finding.ts";
import { atLeast } from "./version-numbers.ts";

/** Each with a function that it has always had, and Debian's package. */
const NEEDED = [
	{ file: "libstdc++.so.6", symbol: "__cxa_demangle", from: "libstdc++6" },
	{ file: "libgcc_s.so.1", symbol: "_Unwind_Backtrace", from: "libgcc-s1" },
	{ file: "libz.so.1", symbol: "zlibVersion", from: "zlib1g" },
];
const LEAST_GLIBC = "2.34";

export const libraries: Check = {
	name: "libraries",
	run() {
		const missing = NEEDED.filter(({ file, symbol }) => !loads(file, symbol));
		if (missing.length) {
			return fail(
				`can't be loaded: ${missing.map(({ file }) => file).join(", ")}`,
				`apt install --reinstall ${missing.map(({ from }) => from).join(" ")}`,
			);
		}
		const glibc = glibcVersion();
		if (!atLeast(glibc, LEAST_GLIBC)) {
			return fail(
				`glibc ${glibc} is too old: sandboxes are made with ${LEAST_GLIBC} or newer`,
				"Upgrade the distribution: Debian from 12 and Ubuntu from 22.04 on have one that is new enough.",
			);
		}
		return ok(`glibc ${glibc}, libstdc++, libgcc_s, libz`);
	},
};

function loads(file: string, symbol: string): boolean {
	try {
		dlopen(file, { [symbol]: { args: [], returns: "void" } }).close();
		return true;
	} catch {
		return false;
	}
}

function glibcVersion(): string {
	const { symbols } = dlopen("libc.so.6", { gnu_get_libc_version: { args: [], returns: "cstring" } });
	return String(symbols.gnu_get_libc_version());
}
