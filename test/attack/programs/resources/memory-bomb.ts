// Wants all memory of the machine with an ever longer list.
// outcome: error | out_of_memory | killed
// timeout_ms: 20000
const hoard: Uint8Array[] = [];
for (;;) hoard.push(new Uint8Array(16 * 1024 * 1024).fill(1));
