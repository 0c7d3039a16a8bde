/**
 * Text that a command is given: a file, or `-` for stdin.
 * @module
 */
import { readFileSync } from "node:fs";
import { Failure } from "./errors.ts";

export type Language = "python" | "typescript";
export const LANGUAGES = ["python", "typescript"] as const;

const ENDINGS: Record<string, Language> = { ".py": "python", ".ts": "typescript", ".mts": "typescript" };

/** The language of a file by its ending, and its path without that; null for other files and for declarations. */
export function endingOf(file: string): { language: Language; stem: string } | null {
	const [, stem, ending] = /^(.*[^/.])(\.\w+)$/s.exec(file) ?? [];
	const language = ending && ENDINGS[ending];
	return language && stem && !stem.endsWith(".d") ? { language, stem } : null;
}

/** UTF-8 text of a file or of stdin. Throws Failure with a sentence that names the file. */
export async function readSource(file: string): Promise<string> {
	const bytes = file === "-" ? await Bun.stdin.bytes() : readBytes(file);
	try {
		return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		throw new Failure(`${file === "-" ? "stdin" : file} is not UTF-8 text.`);
	}
}

function readBytes(file: string): Uint8Array {
	try {
		return readFileSync(file);
	} catch (error) {
		throw new Failure(reason(file, (error as { code?: string }).code));
	}
}

/** Why a file or folder can't be read, as a sentence. */
export function reason(file: string, code: string | undefined): string {
	if (code === "ENOENT") return `There is no file ${file}.`;
	if (code === "EACCES" || code === "EPERM") return `${file} may not be read by this user.`;
	if (code === "EISDIR") return `${file} is a folder.`;
	return `${file} can't be read (${code ?? "unknown reason"}).`;
}
