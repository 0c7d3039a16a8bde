import t from "tap";
import { CALL_DEPTH, JSON_DEPTH, LIMITS, QUEUE_MS } from "../src/limits.ts";

const MIB = 1024 * 1024;

t.test("the limits are those of the contract", async (t) => {
	const table: Record<keyof typeof LIMITS, [number, number]> = {
		wall_ms: [30_000, 300_000],
		cpu: [1, 2],
		memory_mb: [256, 2_048],
		processes: [64, 256],
		scratch_mb: [64, 512],
		open_files: [256, 1_024],
		source_bytes: [MIB, MIB],
		value_bytes: [8 * MIB, 64 * MIB],
		result_bytes: [100_000, 1_000_000],
		output_bytes: [32_000, 256_000],
		calls: [1_000, 100_000],
		parallel_calls: [8, 32],
		sandboxes: [16, 64],
	};
	t.same(Object.keys(LIMITS).sort(), Object.keys(table).sort());
	for (const [name, [usual, most]] of Object.entries(table)) {
		const limit = LIMITS[name as keyof typeof LIMITS];
		t.same([limit.default, limit.maximum], [usual, most], name);
	}
	t.same([QUEUE_MS, CALL_DEPTH], [10_000, 8]);
});

t.test("every limit says what it bounds and can be kept", async (t) => {
	for (const [name, limit] of Object.entries(LIMITS)) {
		t.ok(limit.about.length > 2 && ["ms", "bytes", "mb", "count", "cores"].includes(limit.unit), name);
		t.ok(limit.default <= limit.maximum, name);
	}
	t.ok(JSON_DEPTH < 1_000, "no recursion over a value comes near the end of the stack");
});
