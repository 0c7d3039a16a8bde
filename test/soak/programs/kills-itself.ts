// Ends itself by a signal.
// outcome: killed Killed
process.kill(process.pid, "SIGKILL");
await Bun.sleep(600_000);
