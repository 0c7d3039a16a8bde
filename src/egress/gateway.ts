/**
 * The way out of one jail: its connections, judged by one function's egress list.
 * @module
 */
import { Connection, type Decision, type Gate } from "./connection.ts";
import { EGRESS_LIMITS, type EgressLimits } from "./limits.ts";
import { Multiplexer, type Stream, type StreamEvents, type Wire } from "./multiplexer.ts";
import { type HostPattern, parsePatterns } from "./patterns.ts";
import * as refusals from "./refusals.ts";
import { type Lookup, makeLookup } from "./resolver.ts";

/** The port that the runner listens on inside the jail: see sandbox/PROTOCOL.md. */
export const EGRESS_PORT = 3128;

export interface GatewayOptions {
	/** The function's list, as registered. */
	egress: readonly string[];
	/** The operator's list of hosts that may have private addresses. */
	privateHosts?: readonly string[];
	look?: Lookup;
	limits?: Partial<EgressLimits>;
	/** One line for each decision; also one with an empty host where the jail broke the protocol. */
	audit(decision: Decision): void;
}

interface WireEvents {
	data(chunk: Uint8Array): void;
	close(): void;
}

/** Beyond the bytes themselves: frames' own cost. */
const BUDGET_SLACK = 64 * 1024 * 1024;
/** Refused ones stay a moment until their clients have read why. */
const MOST_LINGERING = 64;
const NOBODY: StreamEvents = { data() {}, end() {}, drain() {}, gone() {} };

export class Gateway implements Gate {
	readonly patterns: readonly HostPattern[];
	readonly privateHosts: readonly HostPattern[];
	readonly look: Lookup;
	readonly limits: EgressLimits;
	readonly #live = new Set<Connection>();
	readonly #refused = new Set<Connection>();
	#multiplexer: Multiplexer | null = null;
	#closed = false;
	#made = 0;
	#up = 0;
	#down = 0;

	/** Throws BrigError invalid_field for lists that are not what registration and configuration let through. */
	constructor(private readonly options: GatewayOptions) {
		this.patterns = parsePatterns([...options.egress]);
		this.privateHosts = parsePatterns([...(options.privateHosts ?? [])], "egress_private");
		this.look = options.look ?? makeLookup();
		this.limits = { ...EGRESS_LIMITS, ...options.limits };
	}

	/**
	 * Takes over descriptor 7 of a jail, before anything is sent to the jail that may use it.
	 *
	 * @example
	 * await gateway.attach((events) => jail.openEgress(events));
	 */
	async attach(open: (events: WireEvents) => Promise<Wire>): Promise<void> {
		const wire = await open({
			data: (chunk) => this.#multiplexer?.push(chunk),
			close: () => this.close(),
		});
		if (this.#closed) return wire.close();
		this.#multiplexer = new Multiplexer(wire, {
			budget: this.limits.bytes + BUDGET_SLACK,
			open: (stream) => this.#open(stream),
			broken: (why) => this.audit({ host: "", port: 0, allowed: false, reason: `everything is cut: ${why}` }),
		});
	}

	/** Ends every connection; the jail gets none any more. Idempotent. */
	close(): void {
		this.#closed = true;
		this.#multiplexer?.close();
	}

	audit(decision: Decision): void {
		this.options.audit(decision);
	}

	countUp(bytes: number): boolean {
		this.#up += bytes;
		return this.#up <= this.limits.bytes;
	}

	countDown(bytes: number): boolean {
		this.#down += bytes;
		return this.#down <= this.limits.bytes;
	}

	done(connection: Connection): void {
		this.#live.delete(connection);
		this.#refused.delete(connection);
	}

	#open(stream: Stream): StreamEvents {
		const { connections, connections_in_all } = this.limits;
		this.#made++;
		const inAll = this.#made > connections_in_all;
		const refused = inAll || this.#live.size >= connections;
		// A flood is not told why, and not written down.
		if (
			refused &&
			(this.#refused.size >= MOST_LINGERING || this.#made > connections_in_all + MOST_LINGERING)
		) {
			stream.reset();
			return NOBODY;
		}
		const connection = new Connection(stream, this);
		(refused ? this.#refused : this.#live).add(connection);
		if (refused) {
			connection.refuse(inAll ? refusals.tooManyInAll(this.limits) : refusals.tooManyAtOnce(this.limits));
		}
		return connection;
	}
}
