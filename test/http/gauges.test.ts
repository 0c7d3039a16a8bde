import { Registry } from "prom-client";
import t from "tap";
import { Admission } from "../../src/execution/admission.ts";
import { addGauges } from "../../src/http/gauges.ts";
import type { Services } from "../../src/http/services.ts";
import type { Sandboxes } from "../../src/sandbox/sandboxes.ts";
import { readMetrics } from "./support/prometheus.ts";

const MIB = 1024 * 1024;
const MEMORY = /^brig_sandbox(es)?_memory_/;

/** Reads the gauges of a server whose sandboxes' memory is as `memory` says at that moment. */
function reader(memory: () => Sandboxes["memory"]) {
	const registry = new Registry();
	const sandboxes = {
		health: "ok",
		alive: 0,
		waiting: () => 0,
		get memory() {
			return memory();
		},
	};
	const services = { sandboxes, admission: new Admission(1, () => false), certificate: null };
	addGauges(registry, services as unknown as Services);
	return async () => {
		const all = readMetrics(await registry.metrics());
		return Object.fromEntries([...all].filter(([name]) => MEMORY.test(name)));
	};
}

t.test("memory of sandboxes is what may be used, is used and is there, in bytes", async (t) => {
	let usedMb: number | null = 1.5;
	const read = reader(() => ({ reservedMb: 512, usedMb, limitMb: 2_048 }));
	const others = {
		brig_sandbox_memory_reserved_bytes: 512 * MIB,
		brig_sandbox_memory_limit_bytes: 2_048 * MIB,
	};
	t.same(await read(), { ...others, brig_sandbox_memory_used_bytes: 1.5 * MIB });
	usedMb = null;
	t.same(await read(), others, "nothing is said of what can't be read");
	usedMb = 3;
	t.same(await read(), { ...others, brig_sandbox_memory_used_bytes: 3 * MIB });
});

t.test("without control groups nothing is said of memory", async (t) => {
	t.same(await reader(() => null)(), {});
});
