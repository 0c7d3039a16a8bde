/**
 * What `GET /metrics` reads at the moment when somebody asks.
 * @module
 */
import { readdirSync } from "node:fs";
import { Counter, Gauge, type Registry } from "prom-client";
import { HEALTH } from "../health.ts";
import { LANGUAGES } from "../result.ts";
import { COMMIT, VERSION } from "../version.ts";
import type { Services } from "./services.ts";

const MIB = 1024 * 1024;

type Labels = Record<string, string>;

/** Adds what is read of a running server. */
export function addGauges(
	registry: Registry,
	services: Pick<Services, "admission" | "sandboxes" | "certificate">,
): void {
	const { admission, sandboxes, certificate } = services;
	/** One series, none while it is null, or one for each word of a label. */
	const gauge = (
		name: string,
		help: string,
		read: () => number | null | [labels: Labels, value: number][],
	) => {
		const first = read();
		const labelNames = Array.isArray(first) ? Object.keys(first[0]?.[0] ?? {}) : [];
		new Gauge({
			name,
			help,
			labelNames,
			registers: [registry],
			collect() {
				const now = read();
				if (typeof now === "number") this.set(now);
				else if (now === null) this.remove();
				else for (const [labels, value] of now) this.set(labels, value);
			},
		});
	};
	gauge("brig_build_info", "The version that runs, and the commit that it was built from.", () => [
		[{ version: VERSION, commit: COMMIT }, 1],
	]);
	gauge("brig_healthy", "1 when the last sandbox started well, else 0.", () =>
		Number(sandboxes.health === "ok"),
	);
	const { ok: _, ...reasons } = HEALTH;
	gauge("brig_unhealthy", "1 for the reason why the server is not healthy.", () =>
		Object.keys(reasons).map((reason) => [{ reason }, Number(sandboxes.health === reason)]),
	);
	if (certificate) {
		gauge(
			"brig_certificate_days_left",
			"Days until the certificate ends; negative when it has.",
			() => certificate.status().days_left,
		);
		gauge("brig_certificate_failing", "1 when a newer certificate could not be had or used.", () =>
			Number(certificate.status().last_error !== null),
		);
	}
	gauge("brig_admission_running", "Executions and registrations that have a place.", () => admission.running);
	gauge("brig_admission_queue", "Executions and registrations that wait for one.", () => admission.queue);
	gauge("brig_admission_places", "How many may have a place at once.", () => admission.places);
	gauge("brig_sandboxes_alive", "Sandboxes that exist, those that wait included.", () => sandboxes.alive);
	gauge("brig_sandboxes_waiting", "Sandboxes that wait, ready, for their use.", () =>
		LANGUAGES.map((language) => [{ language }, sandboxes.waiting(language)]),
	);
	if (sandboxes.memory) {
		const bytes = (which: "reserved" | "limit") => (sandboxes.memory?.[`${which}Mb`] ?? 0) * MIB;
		const name = (which: string) => `brig_sandbox_memory_${which}_bytes`;
		gauge(name("reserved"), "Memory that live sandboxes may use.", () => bytes("reserved"));
		gauge(name("limit"), "Memory that all sandboxes together may use.", () => bytes("limit"));
		gauge(name("used"), "Memory that sandboxes use, by the kernel's count.", () => {
			const mb = sandboxes.memory?.usedMb ?? null;
			return mb === null ? null : mb * MIB;
		});
	}
	gauge("brig_uptime_seconds", "Time since the server started.", () => process.uptime());
	gauge("process_resident_memory_bytes", "Memory of the server itself.", () => process.memoryUsage.rss());
	gauge("process_open_fds", "Open descriptors of the server.", () => readdirSync("/proc/self/fd").length);
	new Counter({
		name: "process_cpu_seconds_total",
		help: "CPU time of the server itself.",
		registers: [registry],
		collect() {
			const { user, system } = process.cpuUsage();
			this.reset();
			this.inc((user + system) / 1e6);
		},
	});
}
