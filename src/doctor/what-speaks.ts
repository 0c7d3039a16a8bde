/** Whether TLS or Brig's plain HTTP answers at an address of this machine. @module */
import { connect as connectPlainly } from "node:net";
import { connect } from "node:tls";
import type { Listening } from "./listening.ts";

/** `api`: Brig's own, in the clear; `other`: HTTP that is not Brig's, such as a redirect to TLS; `silence`: nothing in time. */
export type Speaks = "tls" | "api" | "other" | "silence";

const ASK_MS = 3_000;
const MOST_ANSWER = 64 * 1024;
/** Addresses that stand for all of this machine's are reached by one of them. */
const ONE_OF: Record<string, string> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
/** By hand: `fetch` would ask the proxy that the environment may name. */
const REQUEST = "GET /healthz HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n";

export async function whatSpeaks(place: Listening, signal: AbortSignal): Promise<Speaks> {
	const host = ONE_OF[place.address] ?? place.address;
	if (await shakesHands(host, place.port, signal)) return "tls";
	const answer = await plainAnswer(host, place.port, signal);
	if (!/^HTTP\/1\.[01] \d{3}/.test(answer)) return "silence";
	return isHealth(answer.slice(answer.indexOf("\r\n\r\n") + 4)) ? "api" : "other";
}

/** Who it is does not matter here: the certificate is a check of its own. */
function shakesHands(host: string, port: number, signal: AbortSignal): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect({ host, port, rejectUnauthorized: false });
		const end = (is: boolean) => {
			socket.destroy();
			resolve(is);
		};
		within(signal).addEventListener("abort", () => end(false));
		socket.on("secureConnect", () => end(true));
		socket.on("error", () => end(false));
		socket.on("close", () => end(false));
	});
}

/** What comes back until the other side closes; empty when nothing does. */
function plainAnswer(host: string, port: number, signal: AbortSignal): Promise<string> {
	return new Promise((resolve) => {
		let answer = "";
		const socket = connectPlainly({ host, port }, () => socket.write(REQUEST));
		const end = () => {
			socket.destroy();
			resolve(answer);
		};
		within(signal).addEventListener("abort", end);
		socket.on("data", (piece) => {
			answer += piece.toString("latin1");
			if (answer.length > MOST_ANSWER) end();
		});
		socket.on("error", end);
		socket.on("close", end);
	});
}

const within = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]);

function isHealth(body: string): boolean {
	try {
		return typeof JSON.parse(body)?.status === "string";
	} catch {
		return false;
	}
}
