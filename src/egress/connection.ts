/**
 * One connection of a function through the proxy: its request judged, its address pinned, its bytes passed on.
 * @module
 */
import { BodyReader } from "./http-body.ts";
import { HeadError, HeadReader, type RequestHead } from "./http-head.ts";
import { ResponseReader } from "./http-response.ts";
import type { EgressLimits } from "./limits.ts";
import type { Stream, StreamEvents } from "./multiplexer.ts";
import { type HostPattern, matchPattern } from "./patterns.ts";
import * as refusals from "./refusals.ts";
import { type Lookup, resolve } from "./resolver.ts";
import { ALERT, HelloReader } from "./tls-client-hello.ts";
import { Upstream } from "./upstream.ts";

/** One decision of the proxy. `host` is empty and `port` 0 where the request named none that could be read. */
export interface Decision {
	host: string;
	port: number;
	allowed: boolean;
	reason: string;
}

/** What a connection needs of its gateway. */
export interface Gate {
	readonly patterns: readonly HostPattern[];
	readonly privateHosts: readonly HostPattern[];
	readonly look: Lookup;
	readonly limits: EgressLimits;
	audit(decision: Decision): void;
	/** Counts bytes of all connections together; false when they are more than the limit. */
	countUp(bytes: number): boolean;
	countDown(bytes: number): boolean;
	/** The connection is over. Once. */
	done(connection: Connection): void;
}

/** `over`: what still comes is dropped. */
type Phase = "head" | "dialling" | "hello" | "open" | "over";

const ESTABLISHED = Buffer.from("HTTP/1.1 200 Connection established\r\n\r\n");

export class Connection implements StreamEvents {
	#phase: Phase = "head";
	readonly #head = new HeadReader();
	#request: RequestHead | null = null;
	#hello: HelloReader | null = null;
	#body: BodyReader | null = null;
	#response: ResponseReader | null = null;
	#upstream: Upstream | null = null;
	/** What the client has sent and nobody could take yet: at most a window. */
	#held: Buffer[] = [];
	/** Bytes of the client's on the way upstream that are ours, not its: the rewritten head. */
	#ownBytes = 0;
	#decided = false;
	#clientEnded = false;
	#gone = false;
	#active = performance.now();
	#deadline: Timer | undefined;
	readonly #total: Timer;
	#idle: Timer | undefined;

	constructor(
		private readonly stream: Stream,
		private readonly gate: Gate,
	) {
		this.#total = setTimeout(() => this.#cut("it was open for too long"), gate.limits.total_ms);
		this.#setDeadline();
		this.#watchIdle(gate.limits.idle_ms);
	}

	data(bytes: Uint8Array): void {
		this.#active = performance.now();
		if (!this.gate.countUp(bytes.length)) return this.#cut("the function has sent all that it may");
		if (this.#phase === "head") return this.#takeHead(bytes);
		if (this.#phase === "over") return this.stream.consumed(bytes.length);
		this.#held.push(Buffer.from(bytes));
		if (this.#phase !== "dialling") this.#pump();
	}

	end(): void {
		this.#clientEnded = true;
		if (this.#phase === "head") return this.#abandon();
		if (this.#phase === "hello") return this.#cut("the client left before it said anything");
		if (this.#phase === "open") this.#finishUp();
	}

	drain(): void {
		this.#active = performance.now();
		this.#upstream?.resume();
	}

	gone(): void {
		if (this.#gone) return;
		this.#gone = true;
		this.#phase = "over";
		if (!this.#decided && this.#request) this.#decide(false, "the client left before it said anything");
		for (const timer of [this.#deadline, this.#total, this.#idle]) clearTimeout(timer);
		this.#held = [];
		this.#upstream?.destroy();
		this.gate.done(this);
	}

	/** Answers for the origin and ends. */
	refuse(answer: refusals.Answer, reason = answer.text, allowed = false): void {
		this.#decide(allowed, reason);
		this.#phase = "over";
		clearTimeout(this.#deadline);
		this.#upstream?.destroy();
		for (const piece of this.#held.splice(0)) this.stream.consumed(piece.length);
		this.stream.write(refusals.answerBytes(answer));
		this.stream.end();
		// It stays until the client has read and ended it, but not for ever.
		this.#setDeadline();
	}

	#takeHead(bytes: Uint8Array): void {
		try {
			const found = this.#head.push(bytes);
			this.stream.consumed(bytes.length - (found?.rest.length ?? 0));
			if (!found) return;
			this.#request = found.head;
			if (found.rest.length) this.#held.push(Buffer.from(found.rest));
		} catch (error) {
			if (!(error instanceof HeadError)) throw error;
			return this.refuse(refusals.malformed(error.status, error.message));
		}
		clearTimeout(this.#deadline);
		this.#phase = "dialling";
		void this.#dial(this.#request);
	}

	/** Policy, then one look-up, then the address that it gave. */
	async #dial({ host, port, way }: RequestHead): Promise<void> {
		const { patterns, privateHosts, look, limits } = this.gate;
		if (!matchPattern(patterns, host, port, way)) return this.refuse(refusals.notListed(host, port, way));
		const resolved = await resolve(look, host, port, privateHosts, limits.connect_ms);
		if (this.#phase !== "dialling") return;
		if (resolved.kind === "unknown") {
			const answer = refusals.noAddress(host, resolved.why);
			return this.refuse(answer, answer.text, true);
		}
		if (resolved.kind === "refused") {
			const { what, address, operatorCanAllow } = resolved;
			return this.refuse(
				refusals.privateAddress(host, what, operatorCanAllow),
				`${host} has the address ${address}, ${what}`,
			);
		}
		let failure = "";
		for (const address of resolved.addresses) {
			try {
				const upstream = await Upstream.dial(address, port, limits.connect_ms, this.#upstreamEvents());
				if (this.#phase !== "dialling") return upstream.destroy();
				if (!upstream.ended) {
					this.#upstream = upstream;
					return this.#connected();
				}
				failure = "it closes at once";
			} catch (error) {
				failure = (error as { code?: string }).code ?? "it does not answer";
			}
			if (this.#phase !== "dialling") return;
		}
		const answer = refusals.unreachable(host, port, failure);
		this.refuse(answer, answer.text, true);
	}

	#upstreamEvents() {
		return {
			data: (bytes: Uint8Array) => this.#passDown(bytes),
			written: (count: number) => this.#written(count),
			end: () => this.#upstreamEnded(),
		};
	}

	#connected(): void {
		const { way, body, forwarded } = this.#request as RequestHead;
		if (way === "connect") {
			this.#phase = "hello";
			this.#hello = new HelloReader();
			this.#setDeadline();
			this.stream.write(ESTABLISHED);
		} else {
			this.#phase = "open";
			this.#body = new BodyReader(body);
			this.#response = new ResponseReader();
			this.#decide(true, "in the egress list");
			this.#ownBytes = forwarded?.length ?? 0;
			if (forwarded) this.#upstream?.write(forwarded);
		}
		this.#pump();
		if (this.#clientEnded) this.end();
	}

	/** Moves what the client has sent on, as far as it may go. */
	#pump(): void {
		if (this.#phase === "hello" && !this.#judgeHello()) return;
		if (this.#phase !== "open") return;
		for (const piece of this.#held.splice(0)) {
			try {
				const count = this.#body?.take(piece) ?? piece.length;
				if (count > 0) this.#upstream?.write(piece.subarray(0, count));
				// A second request on this connection was not judged: it goes nowhere.
				this.stream.consumed(piece.length - count);
			} catch (error) {
				if (!(error instanceof HeadError)) throw error;
				return this.#cut(error.message);
			}
		}
	}

	/** Reads the pieces that were not read yet; true once the name is right. */
	#judgeHello(): boolean {
		for (const piece of this.#held.slice(this.#judged)) {
			this.#judged++;
			const hello = this.#hello?.push(piece);
			if (!hello || hello.kind === "partial") continue;
			const host = this.#request?.host;
			if (hello.kind === "name" && hello.name === host) {
				clearTimeout(this.#deadline);
				this.#decide(true, "in the egress list");
				this.#phase = "open";
				return true;
			}
			const why = hello.kind === "name" ? `TLS asks for ${hello.name} instead` : hello.fault;
			this.#decide(false, why);
			if (hello.kind === "name" || hello.tls) this.stream.write(ALERT);
			this.#leave();
			return false;
		}
		return false;
	}
	#judged = 0;

	#passDown(bytes: Uint8Array): void {
		this.#active = performance.now();
		if (this.#phase === "over") return;
		if (this.#phase !== "open") return this.#cut("the host spoke first");
		if (!this.gate.countDown(bytes.length)) return this.#cut("the function has received all that it may");
		try {
			const pieces = this.#response ? this.#response.take(bytes) : [bytes];
			const flows = pieces.map((piece) => this.stream.write(piece)).every(Boolean);
			if (!flows) this.#upstream?.pause();
		} catch (error) {
			if (!(error instanceof HeadError)) throw error;
			this.refuse(refusals.badAnswer(this.#request?.host ?? "", error.message), error.message, true);
		}
	}

	#written(count: number): void {
		this.#active = performance.now();
		const own = Math.min(count, this.#ownBytes);
		this.#ownBytes -= own;
		this.stream.consumed(count - own);
	}

	#upstreamEnded(): void {
		if (this.#phase !== "open" && this.#phase !== "hello") return;
		if (this.#response && !this.#response.begun) {
			const { host = "" } = this.#request ?? {};
			return this.refuse(refusals.badAnswer(host, "it ended before it had answered"), undefined, true);
		}
		if (this.#phase === "hello") return this.#cut("the host left early");
		this.#leave();
	}

	/** The client's half is over: the origin hears it, once everything before it is sent. */
	#finishUp(): void {
		if (!this.#body) this.#upstream?.finish();
		else if (!this.#body.done) this.#cut("the request's body is not whole");
	}

	/** Ends in good order: what is queued for the client still goes. */
	#leave(): void {
		this.#phase = "over";
		this.#upstream?.destroy();
		for (const piece of this.#held.splice(0)) this.stream.consumed(piece.length);
		this.stream.end();
	}

	/** Ends at once. */
	#cut(reason: string): void {
		if (this.#gone) return;
		// An allowed connection that is cut gets a second line: the first does not tell.
		if (this.#phase === "open") this.#note(false, reason);
		else if (this.#phase !== "over") this.#decide(false, reason);
		this.#abandon();
	}

	#abandon(): void {
		this.stream.reset();
		this.gone();
	}

	/** The one line of this connection. */
	#decide(allowed: boolean, reason: string): void {
		if (!this.#decided) this.#note(allowed, reason);
	}

	#note(allowed: boolean, reason: string): void {
		this.#decided = true;
		const { host = "", port = 0 } = this.#request ?? {};
		this.gate.audit({ host, port, allowed, reason });
	}

	/** The next step must come in time. */
	#setDeadline(): void {
		clearTimeout(this.#deadline);
		this.#deadline = setTimeout(() => {
			if (this.#phase === "head") this.refuse(refusals.tooLate());
			else this.#cut("it took too long");
		}, this.gate.limits.head_ms);
	}

	#watchIdle(ms: number): void {
		this.#idle = setTimeout(() => {
			const left = this.#active + this.gate.limits.idle_ms - performance.now();
			if (left <= 0) this.#cut("it was idle for too long");
			else this.#watchIdle(left);
		}, ms);
	}
}
