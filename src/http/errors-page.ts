/**
 * `/docs/errors`: a page made from the table of errors, which every error links to.
 * @module
 */
import { ERRORS } from "../errors.ts";

/** Everything on the page is ours, yet it is escaped like anything else. */
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE =
	"body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}code{font-size:1.1em}:target{background:#fff3c4}";

export function errorsPage(): Response {
	const sections = Object.entries(ERRORS).map(
		([code, { status, message, hint }]) =>
			`<section id="${escaped(code)}"><h2><code>${escaped(code)}</code> <small>${status}</small></h2><p>${escaped(message)}</p><p>${escaped(hint)}</p></section>`,
	);
	const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Brig: errors</title><style>${STYLE}</style><h1>Errors</h1>${sections.join("")}</html>`;
	return new Response(html, {
		headers: {
			"content-type": "text/html; charset=utf-8",
			"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
			"x-content-type-options": "nosniff",
		},
	});
}
