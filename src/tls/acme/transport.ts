/**
 * How the ACME library's requests go out: HTTPS alone, no redirects, bounded in time and size.
 * @module
 */
import { AcmeFailure, notAcme, type Problem, problemOf } from "./failure.ts";

const MOST_BYTES = 1024 * 1024;
/** For one certificate; some ten are usual. */
const MOST_REQUESTS = 200;
const LONGEST_WAIT_MS = 7 * 86_400_000;

/** What the library (by axios) asks for; its data is text already. */
interface Asked {
	url?: string;
	method?: string;
	headers?: unknown;
	data?: unknown;
}

interface Answer<C> {
	data: string;
	status: number;
	statusText: string;
	headers: Record<string, string>;
	config: C;
	request: null;
}

export interface Transport {
	/** For `axios.defaults.adapter`. Throws AcmeFailure; every status is an answer. */
	adapter: <C extends Asked>(config: C) => Promise<Answer<C>>;
	/** What is being done, for messages. */
	step: string;
	/** The last answer, when it was a refusal. */
	problem: Problem | null;
	/** How long the last answer asks to wait. */
	retryAfterMs: number;
}

/**
 * @param authority the host, for messages
 * @param ca root certificates in PEM instead of the usual ones
 * @param signal ends whatever is under way
 * @param requestMs how long one request may take, with its answer
 */
export function makeTransport(
	authority: string,
	ca: string | null,
	signal: AbortSignal,
	requestMs: number,
): Transport {
	let requests = 0;
	const transport: Transport = {
		step: "directory",
		problem: null,
		retryAfterMs: 0,
		adapter: async (config) => {
			const url = checkedUrl(config.url, authority, transport.step);
			if (++requests > MOST_REQUESTS)
				throw notAcme(authority, transport.step, `answers that lead to more than ${MOST_REQUESTS} requests`);
			const late = AbortSignal.timeout(requestMs);
			let response: Response;
			let data: string;
			try {
				response = await fetch(url, {
					method: (config.method ?? "get").toUpperCase(),
					headers: plainHeaders(config.headers),
					redirect: "manual",
					signal: AbortSignal.any([signal, late]),
					...(typeof config.data === "string" ? { body: config.data } : {}),
					...(ca ? { tls: { ca } } : {}),
				});
				data = await readBounded(response, authority, transport.step);
			} catch (error) {
				throw error instanceof AcmeFailure
					? error
					: unreachable(error, late.aborted ? requestMs : null, new URL(url).host);
			}
			const { status, headers } = response;
			if (status >= 300 && status < 400)
				throw notAcme(
					authority,
					transport.step,
					`a redirect (status ${status}), which the protocol has none of`,
				);
			transport.retryAfterMs = retryAfter(headers.get("retry-after"));
			transport.problem = status >= 400 ? problemOf(status, parsed(data), transport.retryAfterMs) : null;
			return {
				data,
				status,
				statusText: "",
				headers: Object.fromEntries(headers),
				config,
				request: null,
			};
		},
	};
	return transport;
}

/** The directory names the addresses of everything else: it may send nobody to plain HTTP. */
function checkedUrl(url: unknown, authority: string, step: string): string {
	if (
		typeof url === "string" &&
		url.length <= 2_000 &&
		URL.canParse(url) &&
		new URL(url).protocol === "https:"
	)
		return url;
	throw notAcme(authority, step, "an address that is not an https:// address");
}

function plainHeaders(headers: unknown): Record<string, string> {
	const { toJSON } = (headers ?? {}) as { toJSON?: () => Record<string, unknown> };
	const all = typeof toJSON === "function" ? toJSON.call(headers) : {};
	return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)]));
}

async function readBounded(response: Response, authority: string, step: string): Promise<string> {
	const pieces: Uint8Array[] = [];
	let bytes = 0;
	for await (const piece of response.body ?? []) {
		bytes += piece.length;
		if (bytes > MOST_BYTES) throw notAcme(authority, step, `more than ${MOST_BYTES} bytes`);
		pieces.push(piece);
	}
	return Buffer.concat(pieces).toString("utf8");
}

/** `late`: the milliseconds that were not enough. */
function unreachable(error: unknown, late: number | null, host: string): AcmeFailure {
	if (late !== null) {
		return new AcmeFailure(
			`The authority ${host} did not answer within ${late / 1_000} s. Check this machine's network and --acme-directory.`,
		);
	}
	const { code, message } = error as { code?: string; message: string };
	if (/CERT|SIGNATURE/.test(code ?? "")) {
		return new AcmeFailure(
			`The authority ${host} shows a certificate that is not trusted here (${code}). For an authority of your own, give its root certificate with --acme-ca FILE.`,
		);
	}
	return new AcmeFailure(
		`The authority ${host} can't be reached (${code ?? message}). Check this machine's network and --acme-directory.`,
	);
}

/** Seconds or a date, as milliseconds from now; 0 without one. */
function retryAfter(header: string | null): number {
	if (!header) return 0;
	const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
	return ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : 0;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
