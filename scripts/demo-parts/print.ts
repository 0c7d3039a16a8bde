/**
 * How the demo writes: plain lines, wide numbers, bold headings on a terminal.
 * @module
 */

const BOLD = process.stdout.isTTY ? ["\u001b[1m", "\u001b[0m"] : ["", ""];

export const line = (text: string) => console.log(text);
export const heading = (text: string) => console.log(`\n${BOLD[0]}== ${text}${BOLD[1]}`);
/** Text of several lines, set in. */
export const block = (text: string) => console.log(text.trimEnd().replace(/^/gm, "    "));
export const count = (number: number) => number.toLocaleString("en-US");
export const ratio = (number: number) => `${count(Math.round(number))} : 1`;
export const seconds = (ms: number) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);
