/**
 * The virtual machine that scripts/vps has booted, as its owner reaches it: by SSH, and by the port that it serves.
 * @module
 */
import t from "tap";
import { PATIENCE } from "../patience.ts";

// Emulated, a day is long: what hangs is found by the limit of a command.
t.setTimeout(3_600_000);

const { BRIG_VPS_SSH, BRIG_VPS_KEY, BRIG_VPS_HTTPS, BRIG_VPS_HTTP, BRIG_VPS_SERVED, BRIG_VPS_QUICK } =
	process.env;
if (!BRIG_VPS_SSH || !BRIG_VPS_KEY || !BRIG_VPS_SERVED || !BRIG_VPS_HTTPS || !BRIG_VPS_HTTP)
	throw new Error("this needs the machine of scripts/vps: run `scripts/vps test/vps/`");

/** True when a part of each is enough. */
export const QUICK = BRIG_VPS_QUICK === "1";
/** The ports of this host that lead to the machine's ports 443 and 80. */
export const HTTPS_PORT = Number(BRIG_VPS_HTTPS);
export const HTTP_PORT = Number(BRIG_VPS_HTTP);

const LIMIT_MS = 60_000 * PATIENCE;
const SSH = [
	...["ssh", "-q", "-i", BRIG_VPS_KEY, "-p", BRIG_VPS_SSH],
	...["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "ConnectTimeout=10"],
	...["-o", `ControlPath=${BRIG_VPS_KEY}.control`, "-o", "ControlMaster=auto", "-o", "ControlPersist=30"],
	"root@127.0.0.1",
];

export interface Ran {
	code: number;
	stdout: string;
	stderr: string;
}

/** Runs a line of shell on the machine, as root. */
export async function on(line: string, input = ""): Promise<Ran> {
	const child = Bun.spawn([...SSH, line], {
		stdio: [Buffer.from(input), "pipe", "pipe"],
		timeout: LIMIT_MS,
		killSignal: "SIGKILL",
	});
	const [stdout, stderr, code] = await Promise.all([
		new Response(child.stdout).text(),
		new Response(child.stderr).text(),
		child.exited,
	]);
	return { code, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
}

/** Runs a line that must succeed; what it printed. */
export async function must(line: string, input = ""): Promise<string> {
	const ran = await on(line, input);
	if (ran.code !== 0) throw new Error(`${line}\nexit ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
	return ran.stdout;
}

/** What stands for the machine's network interface to this host in QEMU's user network. */
export const HOST = "10.0.2.2";

/** Puts one of the executables of scripts/vps (brig, newer, dying) on the machine. */
export async function download(name: string, path: string): Promise<void> {
	const server = Bun.serve({
		port: 0,
		hostname: "127.0.0.1",
		fetch: () => new Response(Bun.file(`${BRIG_VPS_SERVED}/${name}`)),
	});
	try {
		await must(`curl -sSf -o ${path} http://${HOST}:${server.port}/ && chmod 755 ${path}`);
	} finally {
		server.stop(true);
	}
}

/** Waits until a line of shell succeeds. Throws after some minutes, with what it said last. */
export async function until(line: string): Promise<void> {
	const deadline = performance.now() + LIMIT_MS / 2;
	for (;;) {
		const ran = await on(line);
		if (ran.code === 0) return;
		if (performance.now() > deadline) throw new Error(`still not: ${line}\n${ran.stdout}\n${ran.stderr}`);
		await Bun.sleep(1_000);
	}
}

/** Reboots the machine and waits until it is up again. */
export async function reboot(): Promise<void> {
	const before = await must("cat /proc/sys/kernel/random/boot_id");
	await on("systemctl reboot");
	const deadline = performance.now() + LIMIT_MS;
	for (;;) {
		const ran = await on("cat /proc/sys/kernel/random/boot_id");
		if (ran.code === 0 && ran.stdout !== before) return;
		if (performance.now() > deadline) throw new Error("the machine did not come up again");
		await Bun.sleep(1_000);
	}
}

/** Every file that install could have left, with owner, mode and, for small ones, contents; and what is set in the kernel. */
export function traces(): Promise<string> {
	return must(
		[
			"find /etc /usr/local /opt /var/lib /root -xdev -not -path '/var/lib/systemd/*' -not -path '/root/*' -not -path '/opt/brig*' -printf '%p %u %m %y %l\\n' | grep -v -e '^/etc/brig-traces' -e '/etc/.pwd.lock' -e '/etc/\\(passwd\\|group\\|shadow\\|gshadow\\|subuid\\|subgid\\)-' | sort",
			"cat /etc/passwd /etc/group /etc/subuid /etc/subgid",
			"cat /proc/sys/net/ipv4/ip_unprivileged_port_start",
			"systemctl list-unit-files --no-legend 'brig*' | grep -v brig-machine || true",
		].join("; "),
	);
}

/** The admin key, kept on the machine between the files of the day. */
export const ADMIN_KEY_FILE = "/root/admin-key";
export const RUN_KEY_FILE = "/root/run-key";

/** What curl takes for the admin socket, up to the path. */
export const SOCKET = "--unix-socket /var/lib/brig/brig.sock http://brig";

/** One request through the admin socket; the answer's JSON. */
export async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
	const data = body === undefined ? "" : "-H 'content-type: application/json' --data-binary @-";
	const text = await must(
		`curl -sS -X ${method} ${data} ${SOCKET}${path}`,
		body === undefined ? "" : JSON.stringify(body),
	);
	return JSON.parse(text) as T;
}

/** Runs a program in the namespace default; its execution's result. */
export function execute(language: "python" | "typescript", code: string) {
	return api<{ status: string; result: unknown; usage: { peak_memory_mb: number; cpu_ms: number } }>(
		"POST",
		"/v1/namespaces/default/execute",
		{ language, code },
	);
}

/** Waits until the service is healthy. */
export const up = () => until(`curl -sSf ${SOCKET}/healthz`);
