// Wants the server's executable to act as plain Bun, with whatever rights that has.
// outcome: ok
const outcome = Bun.spawnSync(["/opt/brig", "-e", 'console.log(require("fs").readFileSync("@CANARY_FILE@", "utf8"))'], {
	env: { BUN_BE_BUN: "1" },
	timeout: 5000,
});
export default outcome.stdout.toString() + outcome.stderr.toString();
