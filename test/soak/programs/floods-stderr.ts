// Prints eight megabytes of complaints.
// outcome: ok
// result: "@N@"
const line = "no end of it ".repeat(5_000);
for (let left = 8 * 1024 * 1024; left > 0; left -= line.length) console.error(line);
export default "@N@";
