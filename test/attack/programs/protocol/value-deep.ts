// Wants the server's stack: a hundred thousand lists in each other.
// outcome: error
let deep: unknown[] = [];
for (let i = 0; i < 100_000; i++) deep = [deep];
export default deep;
