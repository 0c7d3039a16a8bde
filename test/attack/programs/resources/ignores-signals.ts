// Wants to outlive its deadline by listening to every signal and doing nothing.
// outcome: timeout Timeout
// timeout_ms: 1000
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGALRM"]) process.on(signal, () => {});
await new Promise(() => setInterval(() => {}, 1000));
