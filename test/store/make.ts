/** A store in a folder of the test's own, and rows for it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LedgerStart } from "../../src/store/executions.ts";
import { namespaceTable } from "../../src/store/namespaces.ts";
import { openStore } from "../../src/store/open.ts";
import type { Draft } from "../../src/store/versions.ts";

interface Test {
	teardown(action: () => unknown): unknown;
}

export function makeFolder(t: Test): string {
	const folder = mkdtempSync(join(tmpdir(), "brig-store-"));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** An open store with the namespace `default`. */
export function makeStore(t: Test) {
	const folder = makeFolder(t);
	const store = openStore(folder);
	t.teardown(() => store.close());
	const namespaces = namespaceTable(store);
	return { folder, store, namespaces, ns: namespaces.create("default").id };
}

/** What a registration says, where a test does not care. */
export function draft(name: string, fields: Partial<Draft> = {}): Draft {
	const [service = "", own = ""] = name.split(".");
	return {
		service,
		name: own,
		language: "python",
		code: `def ${own}():\n    return 1\n`,
		description: "",
		input_schema: { type: "object", properties: {} },
		output_schema: null,
		parameters: [],
		tags: [],
		env: [],
		egress: [],
		limits: {},
		warnings: [],
		...fields,
	};
}

/** An execution that starts. */
export function started(id: string, namespaceId: number, fields: Partial<LedgerStart> = {}): LedgerStart {
	return {
		id,
		namespaceId,
		keyId: "key_a",
		kind: "execute",
		function: null,
		version: null,
		language: "python",
		code: "result = 1",
		...fields,
	};
}

export const usage = {
	wall_ms: 1.5,
	cpu_ms: null,
	peak_memory_mb: 20,
	calls: 0,
	bytes_in_sandbox: 0,
	bytes_returned: 1,
	tokens_kept_out: 0,
};
