/**
 * One connection of a function through the proxy: its request judged, its address pinned, its bytes passed on.
 * @module
 */
import { Clocks } from "./clocks.ts";
import { BodyReader } from "./http-body.ts";
import { HeadError, HeadReader, type RequestHead } from "./http-head.ts";
import { ResponseReader } from "./http-response.ts";
import type { Stream, StreamEvents } from "./multiplexer.ts";
import { type Rules, reach } from "./reach.ts";
import * as refusals from "./refusals.ts";
import { ALERT, HelloReader } from "./tls-client-hello.ts";
import type { Upstream, UpstreamEvents } from "./upstream.ts";

/** One decision of the proxy. `host` is empty and `port` 0 where the request named none that could be read. */
export interface Decision {
	host: string;
	port: number;
	allowed: boolean;
	reason: string;
}

/** What a connection needs of its gateway. */
export interface Gate extends Rules {
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
	readonly #clocks: Clocks;

	constructor(
		private readonly stream: Stream,
		private readonly gate: Gate,
	) {
		this.#clocks = new Clocks(gate.limits, (what) => {
			if (what === "idle") this.#cut("it was idle for too long");
			else if (what === "total") this.#cut("it was open for too long");
			else if (this.#phase === "head") this.refuse(refusals.tooLate());
			else this.#cut("it took too long");
		});
	}

	data(bytes: Uint8Array): void {
		this.#clocks.touch();
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
		this.#clocks.touch();
		this.#upstream?.resume();
	}

	gone(): void {
		if (this.#gone) return;
		this.#gone = true;
		this.#phase = "over";
		if (!this.#decided && this.#request) this.#decide(false, "the client left before it said anything");
		this.#clocks.stop();
		this.#held = [];
		this.#upstream?.destroy();
		this.gate.done(this);
	}

	/** Answers for the origin and ends. */
	refuse(answer: refusals.Answer, reason = answer.text, allowed = false): void {
		this.#decide(allowed, reason);
		this.#phase = "over";
		// It stays until the client has read and ended it, but not for ever.
		this.#clocks.startStep();
		this.#upstream?.destroy();
		for (const piece of this.#held.splice(0)) this.stream.consumed(piece.length);
		this.stream.write(refusals.answerBytes(answer));
		this.stream.end();
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
		this.#clocks.endStep();
		this.#phase = "dialling";
		void this.#dial(this.#request);
	}

	async #dial(request: RequestHead): Promise<void> {
		const wanted = () => this.#phase === "dialling";
		const reached = await reach(request, this.gate, this.#upstreamEvents(), wanted);
		if (!reached || !wanted()) return;
		if (reached.kind === "answer") return this.refuse(reached.answer, reached.reason, reached.allowed);
		this.#upstream = reached.upstream;
		this.#connected();
	}

	#upstreamEvents(): UpstreamEvents {
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
			this.#clocks.startStep();
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
				this.#clocks.endStep();
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
		this.#clocks.touch();
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
		this.#clocks.touch();
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
}
