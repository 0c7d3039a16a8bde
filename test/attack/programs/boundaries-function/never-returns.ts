// Wants the caller to wait for ever: a promise that nobody settles, in TypeScript.
// outcome: error Timeout
// timeout_ms: 1500
export default function main() {
	setInterval(() => {}, 1_000);
	return new Promise(() => {});
}
