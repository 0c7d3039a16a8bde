// Wants a core for ever, and an event loop that never turns.
// outcome: timeout Timeout
// timeout_ms: 1000
for (;;);
