/**
 * Which language a source is in, where nobody says so.
 * @module
 */
import type { Language } from "../result.ts";

/**
 * Lines that only one of the two languages has; each that is found counts once. `[ \t]` and not `\s` where a line may
 * begin: over many empty lines that would take the square of their number.
 */
const SIGNS: Record<Language, RegExp[]> = {
	python: [
		/^[ \t]*(async[ \t]+)?def[ \t]+\w+[ \t]*\(/m,
		/^[ \t]*class[ \t]+\w+[ \t]*(\([\w., =]*\))?:[ \t]*(#.*)?$/m,
		/^[ \t]*from[ \t]+[\w.]+[ \t]+import[ \t]/m,
		/^[ \t]*import[ \t]+[\w.]+([ \t]+as[ \t]+\w+)?([ \t]*,[ \t]*[\w.]+)*[ \t]*(#.*)?$/m,
		/^[ \t]*(if|elif|else|for|while|try|except|finally|with|match|case)\b.*:[ \t]*(#.*)?$/m,
		/\b(print|len|range|sum|sorted|isinstance)\(/,
		/\b(None|True|False|elif|lambda|not in|is not)\b/,
		/^[ \t]*#/m,
		/\bf["']/,
		/^[A-Za-z_]\w*[ \t]*=[^=>].*[^;{]$/m,
		/^[A-Za-z_]\w*[ \t]*=[ \t]*[[({]$/m,
		/["']{3}/,
	],
	typescript: [
		/^[ \t]*(export[ \t]+)?(default[ \t]+)?(async[ \t]+)?function\b/m,
		/^[ \t]*(export[ \t]+)?(const|let|var|enum|interface|namespace|declare)[ \t]+[\w{[$]/m,
		/^[ \t]*(export[ \t]+)?type[ \t]+\w+(<.*>)?[ \t]*=/m,
		/^[ \t]*import[ \t]+(type[ \t]+)?([\w*{][^;'"]{0,1000}\sfrom\s+)?["']/m,
		/^[ \t]*export[ \t]+(default|\{|\*)/m,
		/=>/,
		/(;|[)>\w][ \t]*\{)[ \t]*(\/\/.*)?$/m,
		/^[ \t]*\}/m,
		/^[ \t]*(\/\/|\/\*)/m,
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
