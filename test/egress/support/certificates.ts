/**
 * A certificate authority and a server's certificate, made by openssl for one test.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificates {
	ca: string;
	cert: string;
	key: string;
}

/** For these names. */
export function makeCertificates(names: string[]): Certificates {
	const folder = mkdtempSync(join(tmpdir(), "egress-tls-"));
	const run = (...args: string[]) => {
		const { exitCode, stderr } = Bun.spawnSync(["openssl", ...args], { cwd: folder });
		if (exitCode !== 0) throw new Error(stderr.toString());
	};
	try {
		const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
		run("req", "-x509", ...key, "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem");
		run("req", ...key.slice(0, -2), "-subj", `/CN=${names[0]}`, "-keyout", "key.pem", "-out", "request.pem");
		writeFileSync(join(folder, "names"), `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`);
		const signing = [
			"-CA",
			"ca.pem",
			"-CAkey",
			"ca.key",
			"-CAcreateserial",
			"-days",
			"2",
			"-extfile",
			"names",
		];
		run("x509", "-req", "-in", "request.pem", ...signing, "-out", "cert.pem");
		const read = (name: string) => readFileSync(join(folder, name), "utf8");
		return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
