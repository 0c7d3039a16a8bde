// Wants to start the server again inside, on what has the name of the data folder outside.
// outcome: ok
const attempts = [
	["/opt/brig", "serve", "--data", "@DATA@", "--listen", "127.0.0.1:0", "--without-cgroups", "--warm", "0"],
	["/opt/brig", "backup", "/tmp/stolen.tar"],
];
export default attempts.map((command) => Bun.spawnSync(command, { timeout: 2000 }).exitCode === 0);
