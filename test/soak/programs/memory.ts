// Takes memory until there is none.
// outcome: out_of_memory OutOfMemory
// needs: cgroups
const hoard = [];
for (;;) hoard.push(Buffer.alloc(16 * 1024 * 1024, 1));
