/**
 * The executable at a terminal, with someone who types once they are asked.
 * @module
 */
import { EXECUTABLE, outerEnv } from "../server.ts";

const SCRIPT = `
import os, pty, select, sys, time
prompt, executable, *args = sys.argv[1:]
pieces = sys.stdin.buffer.read().split(b"\\0")
pid, fd = pty.fork()
if pid == 0: os.execv(executable, [executable, *args])
screen, end = b"", time.monotonic() + 20
while time.monotonic() < end:
    if prompt.encode() in screen and pieces:
        os.write(fd, pieces.pop(0))
        time.sleep(0.03)
    if not select.select([fd], [], [], 0.01 if pieces else 1)[0]: continue
    try: piece = os.read(fd, 65536)
    except OSError: break
    if not piece: break
    screen += piece
else:
    os.kill(pid, 9)
os.write(1, screen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

/** Waits for the prompt, types the pieces one after the other, and reads the screen to the end of the process. */
export async function answering(
	args: string[],
	prompt: string,
	typed: string[],
	data: string,
): Promise<{ screen: string; code: number }> {
	const child = Bun.spawn(["python3", "-c", SCRIPT, prompt, EXECUTABLE, ...args], {
		stdio: [new TextEncoder().encode(typed.join("\0")), "pipe", "inherit"],
		env: { ...outerEnv(), BRIG_DATA: data },
	});
	const screen = await new Response(child.stdout).text();
	return { screen, code: await child.exited };
}
