// Waits until its time is over.
// outcome: timeout Timeout
// timeout_ms: 400
await Bun.sleep(600_000);
