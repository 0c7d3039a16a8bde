// Wants a function's host by fetch, with proxies of its own choice, in TypeScript.
// outcome: ok
// result: []
const reached: string[] = [];
for (const proxy of ["http://127.0.0.1:3128", "http://127.0.0.1:@TCP_PORT@", undefined]) {
	for (const url of ["http://boundaries.invalid/", "http://127.0.0.1:@TCP_PORT@/"]) {
		try {
			await fetch(url, { ...(proxy ? { proxy } : {}), signal: AbortSignal.timeout(1_000) });
			reached.push(url);
		} catch {}
	}
}
export default reached;
