// Wants a detached shell to survive the program.
// outcome: ok
// result: "done"
const shell = Bun.spawn(["/bin/sh", "-c", "trap '' HUP TERM INT; while :; do sleep 1; done"], {
	stdio: ["ignore", "ignore", "ignore"],
	detached: true,
});
shell.unref();
export default "done";
