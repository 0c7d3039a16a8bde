/**
 * A namespace that takes all it can get, and one beside it.
 * @module
 */
import { availableParallelism } from "node:os";
import type { Teardown } from "../../attack/support/host.ts";
import type { Program } from "../../attack/support/programs.ts";
import { PATIENCE } from "../../patience.ts";
import type { TestBrig } from "../../server.ts";

export interface Noise {
	/** Ends it, and waits; how often each program ended in each way. */
	stop(): Promise<Record<string, number>>;
}

/** Makes a namespace; a key that runs programs in it. */
export async function makeNamespace(brig: TestBrig, name: string): Promise<string> {
	await post(brig, "/v1/namespaces", { name });
	const key = { name: "quiet", scopes: ["run"], namespace: name };
	return ((await post(brig, "/v1/keys", key)) as { key: string }).key;
}

async function post(brig: TestBrig, path: string, body: object): Promise<unknown> {
	const answer = await fetch(brig.url + path, {
		method: "POST",
		headers: { authorization: `Bearer ${brig.adminKey}`, "content-type": "application/json" },
		body: JSON.stringify(body),
	});
	if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
	return answer.json();
}

/**
 * Keeps every core busy with what gives way to everything else. Cores of an emulated machine are threads of its host,
 * which runs one faster while another idles: that would flatter whoever is alone.
 */
export function keepBusy(t: Teardown): void {
	const command = [
		"systemd-run",
		"--quiet",
		"--scope",
		"-p",
		"CPUWeight=1",
		process.execPath,
		"-e",
		"for (;;);",
	];
	for (let core = 0; core < availableParallelism(); core++) {
		const spinning = Bun.spawn(command, { stdio: ["ignore", "ignore", "inherit"] });
		t.teardown(() => spinning.kill("SIGKILL"));
	}
}

/** How long it takes until all of it is well under way. */
const BEGIN_MS = 300 * PATIENCE;
/** How long a program of the noise may run before it is started again. */
const NOISE_MS = 30_000;

/** Runs each program again and again in the namespace `default`; resolves once all have begun. */
export async function startNoise(brig: TestBrig, programs: readonly Program[]): Promise<Noise> {
	const away = new AbortController();
	const ended: Record<string, number> = {};
	const make = async ({ file, language, code }: Program) => {
		while (!away.signal.aborted) {
			const answer = await fetch(`${brig.url}/v1/namespaces/default/execute`, {
				method: "POST",
				headers: { authorization: `Bearer ${brig.runKey}`, "content-type": "application/json" },
				body: JSON.stringify({ language, code, timeout_ms: NOISE_MS }),
				signal: away.signal,
			}).catch(() => null);
			const json = (await answer?.json().catch(() => null)) as { status?: string } | null;
			const how = `${file} ${json?.status ?? (answer ? answer.status : "left")}`;
			ended[how] = (ended[how] ?? 0) + 1;
		}
	};
	const making = programs.map(make);
	await Bun.sleep(BEGIN_MS);
	return {
		async stop() {
			away.abort();
			await Promise.all(making);
			return ended;
		},
	};
}
