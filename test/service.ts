/**
 * `brig serve` as the installed service runs: by systemd, under every line of its unit and inside its wrapper, with a
 * data folder and arguments of a test. Needs a machine where `brig install` has been (BRIG_TEST_SERVICE).
 * @module
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";

const UNIT = "/etc/systemd/system/brig.service";
/** The unit hides /tmp from the service. */
const FOLDER = "/var/lib/brig-tests";
/** Of the unit itself, not of how its processes are confined. */
const OTHERS =
	/^(Type|ExecStart|ExecReload|Restart|RestartSec|StateDirectory|StateDirectoryMode|RuntimeDirectory|SyslogIdentifier)=/;

/** As much of a process as tests use. */
export interface ServerProcess {
	pid: number;
	exited: Promise<number>;
	kill(signal?: NodeJS.Signals): void;
}

/** A data folder that belongs to the service's user. */
export function serviceFolder(): string {
	run(["mkdir", "-p", "-m", "711", FOLDER]);
	const data = mkdtempSync(join(FOLDER, "data-"));
	run(["chown", "brig:", data]);
	return data;
}

/** The command that starts `brig serve` with these arguments, and the name of its unit. */
export function serviceCommand(data: string, args: string[], env: Record<string, string>) {
	const unit = `brig-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
	const lines = readFileSync(UNIT, "utf8")
		.replace(/^[\s\S]*\[Service\]\n/, "")
		.replace(/\n\[Install\][\s\S]*$/, "")
		.split("\n");
	const start = lines.find((line) => line.startsWith("ExecStart="))?.slice("ExecStart=".length) ?? "";
	const confined = lines.filter((line) => /^\w+=/.test(line) && !OTHERS.test(line));
	const command = [
		...["systemd-run", "--quiet", "--pipe", "--wait", "--collect", `--unit=${unit}`],
		...[...confined, `ReadWritePaths=${data}`].flatMap((line) => ["-p", line]),
		...Object.entries(env).flatMap(([name, value]) => ["-E", `${name}=${value}`]),
		...[...start.split(" "), "--data", data, ...args],
	];
	return { unit, command };
}

/** The server itself, inside the wrapper; `client` is the systemd-run that waits for it. */
export function serviceProcess(unit: string, data: string, client: Bun.Subprocess): ServerProcess {
	return {
		pid: Number(readFileSync(join(data, "brig.pid"), "utf8")),
		// The wrapper ends by the signal that it has passed on to a server that ended well.
		exited: client.exited.then((code) => (code === 143 ? 0 : code)),
		kill(signal = "SIGTERM") {
			// It may have ended before.
			if (signal === "SIGTERM") Bun.spawnSync(["systemctl", "stop", "--no-block", unit]);
			else process.kill(this.pid, signal);
		},
	};
}

function run(command: string[]): void {
	const { success, stderr } = Bun.spawnSync(command);
	if (!success) throw new Error(`${command.join(" ")}: ${stderr}`);
}
