// Wants its end to look like a timeout or a shortage of memory, in TypeScript.
// outcome: killed Killed
process.kill(process.pid, "SIGKILL");
