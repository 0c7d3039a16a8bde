// Wants every process id of the machine, by spawning shells that spawn shells.
// outcome: ok | error | timeout | killed
// timeout_ms: 2000
// busy: 64 processes that only start others
await Bun.write("/tmp/bomb", "#!/bin/sh\n/tmp/bomb & /tmp/bomb & wait\n");
Bun.spawnSync(["/bin/chmod", "755", "/tmp/bomb"]);
const bomb = Bun.spawn(["/tmp/bomb"], { stdio: ["ignore", "ignore", "ignore"] });
export default await bomb.exited;
