// Wants the caller to wait for ever: a loop that never gives way, in TypeScript.
// outcome: error Timeout
// timeout_ms: 1500
// busy: it takes a core of a small machine
export default function main() {
	for (;;) {}
}
