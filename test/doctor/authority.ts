/**
 * A certificate authority of a test's own, made by openssl, that gives certificates for any time.
 * @module
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Issues certificates into a folder: for a name, from and to so many seconds from now. */
export function makeAuthority(folder: string) {
	const run = (...args: string[]) => {
		const { exitCode, stderr } = Bun.spawnSync(["openssl", ...args], { cwd: folder });
		if (exitCode !== 0) throw new Error(stderr.toString());
	};
	const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
	run("req", "-x509", ...key, "-days", "2", "-subj", "/CN=Test CA", "-keyout", "ca.key", "-out", "ca.pem");
	let count = 0;
	return {
		issue(name: string, from: number, to: number): { cert: string; key: string } {
			const at = `${++count}`;
			const files = { cert: join(folder, `${at}-cert.pem`), key: join(folder, `${at}-key.pem`) };
			run("req", ...key, "-subj", `/CN=${name}`, "-keyout", files.key, "-out", `${at}.csr`);
			writeFileSync(join(folder, `${at}.txt`), "");
			writeFileSync(
				join(folder, `${at}.cnf`),
				`[ca]\ndefault_ca=it\n[it]\ndatabase=${at}.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=any\nx509_extensions=names\n[any]\ncommonName=supplied\n[names]\nsubjectAltName=DNS:${name}\n`,
			);
			const times = ["-startdate", time(from), "-enddate", time(to)];
			const authority = ["-cert", "ca.pem", "-keyfile", "ca.key", "-config", `${at}.cnf`];
			run("ca", "-batch", ...authority, ...times, "-in", `${at}.csr`, "-out", files.cert);
			return files;
		},
	};
}

/** `20260131093000Z` */
function time(seconds: number): string {
	return `${new Date(Date.now() + seconds * 1_000).toISOString().slice(0, 19).replace(/[-:T]/g, "")}Z`;
}
