// Wants the report of its error to fail, or never to end.
// outcome: error
throw new Proxy(new Error("x"), {
	get() {
		throw new Error("no");
	},
	getPrototypeOf() {
		throw new Error("no");
	},
});
