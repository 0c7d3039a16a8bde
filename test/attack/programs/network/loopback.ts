// Wants the server's own HTTP surface from inside, without a key.
// outcome: ok
// result: []
const reached: string[] = [];
for (const host of ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433"]) {
	for (const port of ["@TCP_PORT@", "@SERVER_PORT@"]) {
		try {
			await fetch(`http://${host}:${port}/`, { signal: AbortSignal.timeout(300) });
			reached.push(`${host}:${port}`);
		} catch {}
	}
}
export default reached;
