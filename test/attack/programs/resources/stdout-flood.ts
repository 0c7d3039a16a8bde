// Wants to drown the server in 100 MB of output from TypeScript.
// outcome: ok
// result: "done"
const line = "flood ".repeat(10_000);
for (let written = 0; written < 100 * 1024 * 1024; written += line.length) console.log(line);
export default "done";
