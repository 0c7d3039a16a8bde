/**
 * Bounds of one jail's way out.
 * @module
 */

export interface EgressLimits {
	/** At once. */
	connections: number;
	connections_in_all: number;
	/** Each way, of all connections together. */
	bytes: number;
	/** For a whole request head, and again for a whole ClientHello. */
	head_ms: number;
	connect_ms: number;
	/** Without a byte either way. */
	idle_ms: number;
	/** Of one connection. */
	total_ms: number;
}

export const EGRESS_LIMITS: Readonly<EgressLimits> = {
	connections: 16,
	connections_in_all: 10_000,
	bytes: 64 * 1024 * 1024,
	head_ms: 10_000,
	connect_ms: 10_000,
	idle_ms: 120_000,
	total_ms: 300_000,
};
