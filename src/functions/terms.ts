/**
 * Words of names, texts and queries in the one form in which they are compared.
 * @module
 */

const SEPARATORS = /[^\p{L}\p{N}]+/u;
const CAMEL = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{2,}$/u;
const CASED = /\p{Lu}/u;
const ASCII = /^[ -~\s]*$/;
const MARKS = /\p{M}+/gu;

/** The terms of a text: snake_case and camelCase taken apart, lower case, without accents, singular. */
export function terms(text: string, most = 400): string[] {
	const found: string[] = [];
	for (const word of plain(text).split(SEPARATORS)) {
		if (word === "") continue;
		for (const part of CASED.test(word) ? word.split(CAMEL) : [word]) {
			if (found.length >= most) return found;
			const lower = part.toLowerCase().slice(0, 64);
			// Scripts without spaces are compared by pairs of characters.
			if (UNSPACED.test(lower)) found.push(...pairs(lower));
			else found.push(singular(lower));
		}
	}
	return found;
}

function plain(text: string): string {
	return ASCII.test(text) ? text : text.normalize("NFKD").replace(MARKS, "").normalize("NFC");
}

function pairs(text: string): string[] {
	const characters = [...text];
	return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

function singular(word: string): string {
	if (word.length < 4 || !word.endsWith("s") || /(?:ss|us|is)$/.test(word)) return word;
	if (word.endsWith("ies")) return `${word.slice(0, -3)}y`;
	return /(?:ss|us|x|ch|sh)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}
