import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { doctor, notRoot, scratch } from "./support.ts";

const FOLDER = `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
const libc = realpathSync(join(FOLDER, "libc.so.6"));

t.test("all libraries are there", async (t) => {
	t.match((await doctor({ only: ["libraries"] })).find("libraries"), {
		status: "ok",
		detail: /^glibc 2\.\d+, libstdc\+\+, libgcc_s, libz$/,
	});
});

for (const [file, from] of [
	["libstdc++.so.6", "libstdc++6"],
	["libgcc_s.so.1", "libgcc-s1"],
	["libz.so.1", "zlib1g"],
] as const) {
	t.test(`without ${file} the package ${from} is named`, { skip: notRoot }, async (t) => {
		const broken = `mount --bind /dev/null ${realpathSync(join(FOLDER, file))}`;
		const { status, detail, remedy } = (await doctor({ only: ["libraries"], broken })).find("libraries");
		// What needs it in its turn is named too.
		t.equal(status, "fail");
		t.match(detail, new RegExp(`^can't be loaded: .*${file.replaceAll("+", "\\+")}`));
		t.match(remedy, new RegExp(`^apt install --reinstall .*${from.replaceAll("+", "\\+")}`));
	});
}

t.test("a glibc that is too old is a failure", { skip: notRoot }, async (t) => {
	// This machine's own, which says that it is another.
	const text = readFileSync(libc, "latin1");
	const older = text.replace(/(?<![\w.])2\.\d\d\0/g, "2.31\0");
	t.not(older, text, "its version is in it");
	const file = join(scratch(t), "libc.so.6");
	writeFileSync(file, older, "latin1");
	const found = (await doctor({ only: ["libraries"], broken: `mount --bind ${file} ${libc}` })).find(
		"libraries",
	);
	t.match(found, { status: "fail", detail: "glibc 2.31 is too old", remedy: /Upgrade/ });
});
