/**
 * Which files a push means, and which function each of them is.
 * @module
 */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Failure, Misuse } from "./errors.ts";
import { endingOf, type Language, reason } from "./source.ts";

/** One file to push. `problem` is set when it can't be. */
export interface PushFile {
	file: string;
	name: string;
	language: Language | undefined;
	problem?: string;
}

const NAMING = "orders.get_orders.py or orders/get_orders.py, or use --name";

/** `orders.get_orders.py` and `orders/get_orders.py` are both `orders.get_orders`. Throws Failure for other names. */
export function nameOf(file: string): { name: string; language: Language } {
	const ending = endingOf(file);
	if (!ending) throw new Failure(`${file} ends neither in .py nor in .ts.`);
	const { stem, language } = ending;
	const base = basename(stem);
	const dots = base.split(".").length - 1;
	if (dots === 1) return { name: base, language };
	if (dots > 1) throw new Failure(`The name of ${file} has more than one dot: call it ${NAMING}.`);
	const service = basename(dirname(stem));
	if (!stem.includes("/") || service === "." || service === ".." || service === "") {
		throw new Failure(`The name of ${file} does not tell the service: call it ${NAMING}.`);
	}
	return { name: `${service}.${base}`, language };
}

/** The files that the arguments name, folders walked in the order of names. Throws Misuse for `--name` with several. */
export function findFiles(paths: string[], name?: string, language?: Language): PushFile[] {
	if (name !== undefined) {
		const [path, second] = paths;
		if (path === undefined || second !== undefined) throw new Misuse("--name is for one file.");
		if (path !== "-" && isFolder(path)) throw new Misuse(`--name is for one file, and ${path} is a folder.`);
		return [{ file: path, name, language: language ?? endingOf(path)?.language }];
	}
	const found = paths.flatMap((path) => {
		if (path === "-") throw new Misuse("A source from stdin needs --name.");
		if (!isFolder(path)) return [named(path, path, language)];
		const real = realpathSync(resolve(path));
		const files = walk(path);
		if (files.length === 0) {
			return [{ file: path, name: "", language, problem: `${path} holds no .py or .ts file.` }];
		}
		return files.map((file) => named(join(path, file), join(real, file), language));
	});
	return refuseTwins(found);
}

function named(file: string, located: string, language: Language | undefined): PushFile {
	try {
		const told = nameOf(located);
		return { file, name: told.name, language: language ?? told.language };
	} catch (error) {
		return { file, name: "", language, problem: (error as Error).message.replace(located, file) };
	}
}

/** The second file for one name would silently be its next version. */
function refuseTwins(files: PushFile[]): PushFile[] {
	const first = new Map<string, string>();
	return files.map((one) => {
		if (one.problem) return one;
		const twin = first.get(one.name.toLowerCase());
		if (twin === undefined) first.set(one.name.toLowerCase(), one.file);
		return twin === undefined ? one : { ...one, problem: `${one.file} and ${twin} are both ${one.name}.` };
	});
}

function isFolder(path: string): boolean {
	try {
		return statSync(path).isDirectory();
	} catch {
		return false;
	}
}

/** Sources below a folder; hidden ones, dependencies and names that begin with `_` are not functions. */
function walk(folder: string, below = ""): string[] {
	const here = join(folder, below);
	let entries: import("node:fs").Dirent[];
	try {
		entries = readdirSync(here, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
	} catch (error) {
		throw new Failure(reason(here, (error as { code?: string }).code));
	}
	return entries.flatMap((entry) => {
		const path = join(below, entry.name);
		if (/^[._]/.test(entry.name) || entry.name === "node_modules") return [];
		if (entry.isDirectory()) return walk(folder, path);
		const file = entry.isFile() || (entry.isSymbolicLink() && !isFolder(join(folder, path)));
		return file && endingOf(entry.name) ? [path] : [];
	});
}
