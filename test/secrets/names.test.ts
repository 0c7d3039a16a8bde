import t from "tap";
import type { BrigError } from "../../src/errors.ts";
import { checkSecretName } from "../../src/secrets/names.ts";

const refusal = (name: string): BrigError | null => {
	try {
		checkSecretName(name);
		return null;
	} catch (error) {
		return error as BrigError;
	}
};

t.test("a name is 1 to 64 characters of A-Z, 0-9 and _, with a letter first", async (t) => {
	for (const name of ["A", "API_TOKEN", "A1", "DB_PASSWORD_2", "A_", `A${"B".repeat(63)}`])
		t.equal(refusal(name), null, name);
	const wrong = [
		"",
		"a",
		"api_token",
		"1A",
		"_A",
		"A-B",
		"A B",
		"A\n",
		"A\0",
		"É",
		"A.B",
		`A${"B".repeat(64)}`,
	];
	for (const name of wrong) t.equal(refusal(name)?.code, "invalid_name", JSON.stringify(name));
});

t.test("a name that the loader or a runtime acts on is refused, and the reason says so", async (t) => {
	const taken = ["PATH", "HOME", "TMPDIR", "LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONSTARTUP"];
	taken.push("BUN_OPTIONS", "BUN_JSC_useJIT", "NODE_OPTIONS", "NODE_TLS_REJECT_UNAUTHORIZED", "BRIG_KEY");
	taken.push("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "LANG", "LC_ALL", "GLIBC_TUNABLES");
	for (const name of taken) {
		const error = refusal(name);
		t.equal(error?.code, "invalid_name", name);
		if (name !== "BUN_JSC_useJIT") t.match(error?.message, /changes how programs in a sandbox run/, name);
	}
	for (const name of ["PATHS", "PROXY_TOKEN", "LDAP_PASSWORD", "HOME_KEY", "NODES", "MY_HTTP_PROXY"])
		t.equal(refusal(name), null, name);
});

t.test("a refusal does not repeat what may be a value in the wrong place", async (t) => {
	const error = refusal("ghp_abcdefghijklmnop");
	t.notMatch(JSON.stringify(error?.toBody()), "ghp_");
	t.match(error?.toBody().error.hint, /64 characters of A-Z/);
});
