/**
 * The one table of limits. `GET /v1/limits`, the tool text and the README show it.
 * @module
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** One limit: what it bounds, its unit, its default and the most that may be asked for. */
export interface Limit {
	readonly about: string;
	readonly unit: "ms" | "bytes" | "mb" | "count" | "cores";
	readonly default: number;
	readonly maximum: number;
}

export const LIMITS = {
	wall_ms: { about: "wall time", unit: "ms", default: 30_000, maximum: 300_000 },
	cpu: { about: "CPU", unit: "cores", default: 1, maximum: 2 },
	memory_mb: { about: "memory", unit: "mb", default: 256, maximum: 2048 },
	processes: { about: "processes and threads", unit: "count", default: 64, maximum: 256 },
	scratch_mb: {
		about: "scratch disk (tmpfs, counted in memory)",
		unit: "mb",
		default: 64,
		maximum: 512,
	},
	open_files: { about: "open files", unit: "count", default: 256, maximum: 1024 },
	source_bytes: { about: "source", unit: "bytes", default: MIB, maximum: MIB },
	value_bytes: {
		about: "input of one call, and its result",
		unit: "bytes",
		default: 8 * MIB,
		maximum: 64 * MIB,
	},
	result_bytes: {
		about: "result to the AI client",
		unit: "bytes",
		default: 100_000,
		maximum: 1_000_000,
	},
	output_bytes: {
		about: "stdout, stderr to the client (each; head and tail kept)",
		unit: "bytes",
		default: 32_000,
		maximum: 256_000,
	},
	calls: {
		about: "function calls per execution",
		unit: "count",
		default: 1_000,
		maximum: 100_000,
	},
	parallel_calls: {
		about: "parallel function calls per calling sandbox",
		unit: "count",
		default: 8,
		maximum: 32,
	},
	sandboxes: { about: "sandboxes alive in one execution", unit: "count", default: 16, maximum: 64 },
} as const satisfies Record<string, Limit>;

/** Most bytes of an MCP request body: the SDK's own bound. */
export const MCP_BODY_BYTES = 4 * MIB;
/** Most bytes of one secret's value. */
export const SECRET_BYTES = 64 * KIB;
/** How long an execution waits for its turn before it is `busy`. */
export const QUEUE_MS = 10_000;
/** Most executions waiting for their turn. */
export const QUEUE_LENGTH = 256;
/** How deep functions may call functions: `execute` is 0. */
export const CALL_DEPTH = 8;
/** How deep a JSON value may nest, in either direction. */
export const JSON_DEPTH = 200;
/** Most time and memory for reading a registered source, which happens in a jail. */
export const INSPECT_MS = 2_000;
export const INSPECT_MEMORY_MB = 256;
