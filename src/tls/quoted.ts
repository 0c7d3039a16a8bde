/**
 * Text from others inside a sentence of ours: quoted, cut, on one line, without what a terminal acts on.
 * @module
 */

const MOST = 300;
const CONTROLS = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

export function quoted(text: string): string {
	const cut = text.length > MOST ? `${text.slice(0, MOST)}…` : text;
	return JSON.stringify(cut).replace(CONTROLS, "?");
}
