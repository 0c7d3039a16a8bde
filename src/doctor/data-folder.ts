/** Who owns the data, and who else may walk, read or write it. @module */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { unwalkable } from "../data-folder.ts";
import { someNames } from "../functions/text.ts";
import type { Check } from "./check.ts";
import { isRefusal, look, notForThisUser, octal } from "./files.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const OTHERS_READ = 0o044;
/** What jails see, and so may be read by all. */
const SHARED = "bin";
const MOST_FILES = 5_000;

export const dataFolder: Check = {
	name: "data-folder",
	run({ data }) {
		const folder = look(data);
		if (!folder && !existsSync(data)) {
			return warn(
				`there is no data folder ${data}`,
				"`brig install` or `brig serve` makes it; --data or BRIG_DATA names another.",
			);
		}
		const home = realpathSync(data);
		const own = look(home);
		if (!own?.isDirectory())
			return fail(`${data} is not a folder`, "Name a folder with --data or BRIG_DATA.");
		const mode = octal(own.mode);
		if (own.mode & OTHERS_WRITE)
			return fail(
				`other users may write to ${home} (${mode})`,
				`chmod 711 ${home}, and look at what is in it.`,
			);
		const closed = own.uid === process.getuid?.() || process.getuid?.() === 0 ? unwalkable(home) : null;
		if (closed)
			return fail(
				`sandboxes can't walk ${closed} (${octal(look(closed)?.mode ?? 0)})`,
				`chmod o+x ${closed}`,
			);
		try {
			return (
				contents(home, own.uid) ?? listable(home, own.mode) ?? ok(`${home}, ${mode}, of user ${own.uid}`)
			);
		} catch (error) {
			if (isRefusal(error)) return notForThisUser(home);
			throw error;
		}
	},
};

/** What is wrong with the files inside, or null. */
function contents(home: string, owner: number): Finding | null {
	const files = filesBelow(home);
	const strangers = files.filter(({ uid }) => uid !== owner);
	if (strangers.length) {
		return fail(
			`not of user ${owner}, who owns ${home}: ${names(strangers)}`,
			`chown -R ${owner}: ${home} (with the server stopped)`,
		);
	}
	const open = files.filter(
		({ path, mode, link }) => !link && mode & (isShared(path) ? OTHERS_WRITE : OTHERS),
	);
	if (open.length === 0) return null;
	const change = open.some(({ path }) => isShared(path)) ? "go-w" : "go=";
	return fail(
		`open to other users: ${names(open)}`,
		`chmod ${change} ${open
			.map(({ path }) => join(home, path))
			.slice(0, 5)
			.join(" ")}`,
	);
}

function listable(home: string, mode: number): Finding | null {
	return mode & OTHERS_READ
		? warn(`other users may list ${home} (${octal(mode)})`, `chmod 711 ${home}`)
		: null;
}

interface File {
	/** From the data folder on. */
	path: string;
	uid: number;
	mode: number;
	link: boolean;
}

/** The data folder's own files and all below bin/; what is inside a folder that is closed to others needs no look. */
function filesBelow(home: string): File[] {
	const found: File[] = [];
	const visit = (path: string) => {
		for (const name of readdirSync(join(home, path))) {
			const inner = path ? `${path}/${name}` : name;
			const stats = look(join(home, inner));
			if (!stats || found.length >= MOST_FILES) continue;
			found.push({ path: inner, uid: stats.uid, mode: stats.mode, link: stats.isSymbolicLink() });
			if (stats.isDirectory() && isShared(inner)) visit(inner);
		}
	};
	visit("");
	return found;
}

const isShared = (path: string) => path === SHARED || path.startsWith(`${SHARED}/`);
const names = (files: File[]) =>
	someNames(
		files.map(({ path, mode }) => `${path} (${octal(mode)})`),
		4,
	);
