// Wants its own code to run while the answer is written.
// outcome: ok | error | timeout
// timeout_ms: 3000
export default {
	get a() {
		for (;;);
	},
};
