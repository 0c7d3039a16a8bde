/** Every check of `brig doctor`, in the order of the table: what others rest on comes first. @module */
import { certificate } from "./certificate.ts";
import type { Check } from "./check.ts";
import { clockCheck } from "./clock.ts";
import { configuration } from "./configuration.ts";
import { controlGroups } from "./control-groups.ts";
import { dataFolder } from "./data-folder.ts";
import { database } from "./database.ts";
import { disk } from "./disk.ts";
import { hostileProbe } from "./hostile-probe.ts";
import { idRanges } from "./id-ranges.ts";
import { jailCheck } from "./jails.ts";
import { kernel } from "./kernel.ts";
import { keyFile } from "./key-file.ts";
import { libraries } from "./libraries.ts";
import { listen } from "./listen.ts";
import { memory } from "./memory.ts";
import { port } from "./port.ts";
import { python } from "./python.ts";
import { server } from "./server.ts";
import { systemd } from "./systemd.ts";
import { userNamespaces } from "./user-namespaces.ts";

/** What the machine must have, whether or not Brig is on it: `brig install` looks at these before it does anything. */
export const MACHINE: readonly Check[] = [
	kernel,
	systemd,
	userNamespaces,
	controlGroups,
	python,
	libraries,
	memory,
	disk,
	clockCheck(),
	idRanges,
];

export const CHECKS: readonly Check[] = [
	...MACHINE,
	configuration,
	dataFolder,
	keyFile,
	database,
	certificate,
	listen,
	port,
	server,
	jailCheck("python"),
	jailCheck("typescript"),
	hostileProbe,
];
