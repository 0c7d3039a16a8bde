/**
 * The TypeScript runner: the process inside a jail that runs one program or one hosted function.
 * @module
 */
import { Calls } from "./calls.ts";
import { type FrameSocket, type Header, openFrames } from "./frames.ts";
import { provideFunctions } from "./functions-module.ts";
import type { HostedFunction } from "./hosted.ts";
import { writeStreamsNow } from "./output.ts";
import type { Lease } from "./results.ts";

const FRAME_FD = 3;
const STACK_FRAMES = 50;
/** A jail that gets nothing to do for so long is a spare one. */
const IDLE_MS = 20;
const { exit } = process;

/** Serves frames on descriptor 3 until the server ends the jail. */
export async function runRunner(): Promise<void> {
	Error.stackTraceLimit = STACK_FRAMES;
	writeStreamsNow();
	let lease: Lease | undefined;
	let hosted: Promise<HostedFunction> | undefined;

	const socket = await openFrames(FRAME_FD, {
		frame: (header, body) => void serve(header, body),
		end: () => exit(1),
	});
	flushBeforeExit(socket);
	socket.send({ op: "ready" });
	// The parser takes most of a first run's time: a jail that waits for work loads it, and tries it, meanwhile.
	const work = import("./work.ts");
	const idle = setTimeout(async () => (await work).warmUp(), IDLE_MS);

	async function serve(header: Header, body: Buffer): Promise<void> {
		clearTimeout(idle);
		switch (header.op) {
			case "reply":
				return lease?.calls.reply(header, body);
			case "run": {
				lease = openLease(socket, header);
				return (await work).runProgram(lease, body.toString("utf8"));
			}
			case "load": {
				const own = openLease(socket, header);
				lease = own;
				const text = body.toString("utf8");
				Object.assign(process.env, header.env);
				const { port } = (header.egress ?? {}) as { port?: number };
				const wayOut = port ? import("./egress.ts").then(({ openWayOut }) => openWayOut(port)) : null;
				hosted = Promise.all([work, wayOut]).then(
					([{ HostedFunction }]) => new HostedFunction(own, header.function as string, text),
				);
				return;
			}
			case "call":
				return (await hosted)?.call(header.id as number, body.toString("utf8"));
			case "ping":
				return socket.send({ op: "pong" });
			case "inspect":
				return socket.send((await work).inspectSource(body.toString("utf8"), header.name as string));
		}
	}
}

/** What the frame of `run` or `load` allows, and the module "functions" for it. */
function openLease(socket: FrameSocket, header: Header): Lease {
	const depthLimit = header.depth_limit as number;
	const services = header.services as string[];
	const calls = new Calls(socket, depthLimit, header.input_limit as number | undefined);
	provideFunctions(services, calls);
	return { socket, calls, services, resultLimit: header.result_limit as number, depthLimit };
}

/** What was sent before `process.exit` gets to the server: a long result may still be on its way. */
function flushBeforeExit(socket: FrameSocket): void {
	process.exit = (code?: number | string | null) => {
		socket.flushNow();
		return exit(code);
	};
}
