// Waits for functions for a client that goes away.
// outcome: left
// leaves_ms: 300
const { soak } = await import("functions" as string);
await Promise.all([soak.waits(), soak.waits()]);
