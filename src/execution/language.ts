/**
 * Which language a source is in, where nobody says so.
 * @module
 */
import type { Language } from "../result.ts";

/** Lines that only one of the two languages has; each that is found counts once. */
const SIGNS: Record<Language, RegExp[]> = {
	python: [
		/^\s*(async\s+)?def\s+\w+\s*\(/m,
		/^\s*class\s+\w+\s*(\([\w., =]*\))?:\s*(#.*)?$/m,
		/^\s*from\s+[\w.]+\s+import\s/m,
		/^\s*import\s+[\w.]+(\s+as\s+\w+)?(\s*,\s*[\w.]+)*\s*(#.*)?$/m,
		/^\s*(if|elif|else|for|while|try|except|finally|with|match|case)\b.*:\s*(#.*)?$/m,
		/\b(print|len|range|sum|sorted|isinstance)\(/,
		/\b(None|True|False|elif|lambda|not in|is not)\b/,
		/^\s*#/m,
		/\bf["']/,
		/^[A-Za-z_]\w*\s*=[^=>].*[^;{]$/m,
		/["']{3}/,
	],
	typescript: [
		/^\s*(export\s+)?(default\s+)?(async\s+)?function\b/m,
		/^\s*(export\s+)?(const|let|var|enum|interface|namespace|declare)\s+[\w{[$]/m,
		/^\s*(export\s+)?type\s+\w+(<.*>)?\s*=/m,
		/^\s*import\s+(type\s+)?([\w*{][^;]*\s+from\s+)?["']/m,
		/^\s*export\s+(default|\{|\*)/m,
		/=>/,
		/[;{]\s*(\/\/.*)?$/m,
		/^\s*\}/m,
		/^\s*(\/\/|\/\*)/m,
		/===|!==|&&|\|\|/,
		/\b(console\.|JSON\.|Math\.|new\s+\w+|await\s+\w+\.|null|undefined|true|false)/,
	],
};

/** Looked at no further than this: the signs of a language come early. */
const LOOKED_AT = 20_000;

/** The language with more signs; null when neither has one, or both as many. */
export function detectLanguage(source: string): Language | null {
	const text = source.slice(0, LOOKED_AT);
	const score = (language: Language) => SIGNS[language].filter((sign) => sign.test(text)).length;
	const [python, typescript] = [score("python"), score("typescript")];
	if (python === typescript) return null;
	return python > typescript ? "python" : "typescript";
}
