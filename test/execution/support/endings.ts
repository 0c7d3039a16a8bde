/**
 * Programs that really end in each way that code can bring about, and what the client must be told.
 * @module
 */
import type { Way } from "../../../src/execution/outcome.ts";
import type { Status } from "../../../src/result.ts";

export type Language = "python" | "typescript";

/** What the client is told. Null stands for null. */
export interface Told {
	status: Status;
	type?: string;
	message?: string | RegExp | null;
	hint?: string | RegExp | null;
	result?: unknown;
}
export interface Ending extends Told {
	language: Language;
	code: string;
	timeout_ms?: number;
	/** What the server must run with for it. */
	needs?: "cgroups";
}

type Both = { [language in Language]: string | { code: string; type?: string; message?: string | RegExp } };

/** The same way in both languages. */
export function both(told: Told, code: Both, more: Partial<Ending> = {}): Ending[] {
	return (["python", "typescript"] as const).map((language) => {
		const own = code[language];
		return { ...told, ...more, language, ...(typeof own === "string" ? { code: own } : own) };
	});
}

/** Sends bytes, given as hexadecimal text, on the runner's own descriptor, then waits. */
export const raw = (bytes: string): Both => ({
	python: `import os, time\nos.write(3, bytes.fromhex("${bytes}"))\ntime.sleep(60)`,
	typescript: `import { writeSync } from "node:fs";\nwriteSync(3, Buffer.from("${bytes}", "hex"));\nfor (;;);`,
});

/** A frame as hexadecimal text. */
export function frame(header: object, body = ""): string {
	const [head, tail] = [Buffer.from(JSON.stringify(header)), Buffer.from(body)];
	const lengths = Buffer.alloc(8);
	lengths.writeUInt32BE(head.length, 0);
	lengths.writeUInt32BE(tail.length, 4);
	return Buffer.concat([lengths, head, tail]).toString("hex");
}

/** push rbx; mov eax, 20; int 0x80; pop rbx; ret: the process id, asked for as i386 code asks. */
const I386 = `import ctypes, mmap
area = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
area.write(bytes.fromhex("53b814000000cd805bc3"))
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(area)))()`;
const SIGSYS = "import os, signal\nos.kill(os.getpid(), signal.SIGSYS)";

export const ENDINGS = {
	value: both(
		{ status: "ok", result: { n: 42 } },
		{ python: "result = {'n': 6 * 7}", typescript: "return { n: 6 * 7 };" },
	),
	exception: both(
		{ status: "error", message: "no such row", hint: null },
		{
			python: { code: "raise LookupError('no such row')", type: "LookupError" },
			typescript: { code: 'throw new RangeError("no such row");', type: "RangeError" },
		},
	),
	exit: [0, 1, 70, 124, 137, 255].flatMap((code) =>
		both(
			{
				status: "error",
				type: "SystemExit",
				message: `The program ended itself with exit code ${code} before it gave a result.`,
				hint: "Return a value, or assign it to `result`, instead of exiting.",
			},
			{ python: `import os\nos._exit(${code})`, typescript: `process.exit(${code});` },
		),
	),
	signal: ["SIGKILL", "SIGTERM", "SIGSEGV", "SIGALRM"].flatMap((name) =>
		both(
			{
				status: "killed",
				type: "Killed",
				message: `The program was ended by ${name}.`,
				hint: /^The server did not send it: /,
			},
			{
				python: `import os, signal, time\nos.kill(os.getpid(), signal.${name})\ntime.sleep(60)`,
				typescript: `process.kill(process.pid, "${name}");\nawait new Promise(() => setInterval(() => {}, 1000));`,
			},
		),
	),
	seccomp: both(
		{
			status: "killed",
			type: "Killed",
			message: "The program was ended by SIGSYS.",
			hint: /^With it the kernel ends code for a system call that no sandbox may make/,
		},
		{
			python: process.arch === "x64" ? I386 : SIGSYS,
			typescript:
				'process.kill(process.pid, "SIGSYS");\nawait new Promise(() => setInterval(() => {}, 1000));',
		},
	),
	protocol: [
		"00".repeat(64),
		Buffer.from("not a frame").toString("hex"),
		frame({ op: "ready" }),
		frame({ op: "end", exit: 0, signal: null }),
		frame({ op: "exit", code: 0 }),
		// A body of four gigabytes, announced.
		`${frame({ op: "result", ok: true }).slice(0, 8)}ffffffff`,
	].flatMap((bytes) =>
		both(
			{
				status: "error",
				type: "ProtocolError",
				message: "The program wrote to the descriptor that the sandbox itself uses, or closed it.",
				hint: "Leave descriptors that the code did not open alone.",
			},
			raw(bytes),
		),
	),
	malformed: [frame({ op: "result", ok: true }, "{"), frame({ op: "result", ok: false })].flatMap((bytes) =>
		both(
			{
				status: "error",
				type: "ProtocolError",
				message: "The sandbox sent a result that is neither JSON nor an error.",
				hint: "The code must not write to descriptor 3.",
			},
			raw(bytes),
		),
	),
	output: [
		...both(
			{
				status: "output_too_large",
				type: "OutputTooLarge",
				message:
					"The result has 100003 bytes of JSON, more than the 100000 that it may have. Its shape: string of 100,001 characters.",
				hint: /^Return less/,
			},
			{ python: "result = 'x' * 100_001", typescript: 'return "x".repeat(100_001);' },
		),
		// The runner leaves a value of more than the largest frame at its beginning too.
		...both(
			{ status: "output_too_large", type: "OutputTooLarge", message: /^The result has 20000002 bytes/ },
			{ python: "result = 'x' * 20_000_000", typescript: 'return "x".repeat(20_000_000);' },
		),
	],
	processes: both(
		{ status: "error", hint: /^A sandbox holds at most 64 processes and threads at once/ },
		{
			python: {
				code: "import threading, time\nfor _ in range(500):\n    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
				type: "RuntimeError",
				message: "can't start new thread",
			},
			typescript: {
				code: 'for (;;) Bun.spawn(["/bin/sleep", "60"], { stdio: ["ignore", "ignore", "ignore"] });',
				type: "Error",
				message: /^EAGAIN: /,
			},
		},
	).concat({
		language: "python",
		status: "error",
		type: "BlockingIOError",
		hint: /^A sandbox holds at most 64 processes and threads at once/,
		code: "import os, time\nwhile True:\n    if os.fork() == 0:\n        time.sleep(60)",
	}),
	scratch: both(
		{ status: "error", hint: /^\/tmp and \/work hold 64 MiB and 4096 files/ },
		{
			python: {
				code: "with open('/work/large', 'wb') as file:\n    while True:\n        file.write(bytes(1 << 20))",
				type: "OSError",
				message: "[Errno 28] No space left on device",
			},
			typescript: {
				code: 'await Bun.write("/tmp/large", new Uint8Array(100 << 20));',
				type: "Error",
				message: /^ENOSPC: /,
			},
		},
	).concat(
		both(
			{ status: "error", hint: /^\/tmp and \/work hold 64 MiB and 4096 files/ },
			{
				python: {
					code: "for number in range(5_000):\n    open(f'/tmp/{number}', 'x').close()",
					type: "OSError",
				},
				typescript: {
					code: 'import { writeFileSync } from "node:fs";\nfor (let n = 0; n < 5_000; n++) writeFileSync("/work/" + n, "");',
					type: "Error",
				},
			},
		),
	),
	// With control groups the kernel ends the jail long before an allocation fails, unless it is beyond all bounds.
	allocation: both(
		{ status: "error", hint: /^A sandbox has 256 MiB of memory/ },
		{
			python: { code: "result = len(bytearray(1 << 60))", type: "MemoryError" },
			typescript: {
				code: 'return "x".repeat(2 ** 31).length;',
				type: "RangeError",
				message: "Out of memory",
			},
		},
	),
	memory: both(
		{
			status: "out_of_memory",
			type: "OutOfMemory",
			message: "The program needed more than its 256 MiB of memory.",
			hint: "Work on the data in smaller parts.",
		},
		{
			python: "hoard = []\nwhile True:\n    hoard.append(b'x' * (16 << 20))",
			typescript: "const hoard = [];\nfor (;;) hoard.push(new Uint8Array(16 << 20).fill(1));",
		},
		{ needs: "cgroups" },
	),
	timeout: both(
		{
			status: "timeout",
			type: "Timeout",
			message: "The program ran longer than its 1 s.",
			hint: /^Do less in one execution, or ask for more with timeout_ms/,
		},
		{ python: "while True:\n    pass", typescript: "for (;;);" },
		{ timeout_ms: 1_000 },
	),
} satisfies Partial<Record<Way, Ending[]>>;
