/**
 * Two machines in one: network namespaces `server` and `world` with a cable between them, made of a veth pair.
 * The addresses look public, so that no rule is relaxed for the test; what is private in the world is a trap.
 * @module
 */

interface Teardown {
	teardown(action: () => unknown): unknown;
}

/** Addresses of the world. */
export const WORLD = {
	dns: "9.9.1.2",
	web: "93.184.216.34",
	web6: "2606:4700::34",
	traps: ["10.0.0.5", "169.254.169.254", "192.168.7.7"],
};
/** The server's own, public address. */
export const OWN = "9.9.1.1";

export interface Namespaces {
	server: string;
	world: string;
}

/** Makes both, and removes them when the test ends. */
export function makeNamespaces(t: Teardown): Namespaces {
	const [server, world] = [`brig-s${process.pid}`, `brig-w${process.pid}`];
	t.teardown(() => {
		for (const name of [server, world]) Bun.spawnSync(["ip", "netns", "delete", name]);
	});
	const [near, far] = [`bs${process.pid}`, `bw${process.pid}`];
	const lines = [
		`netns add ${server}`,
		`netns add ${world}`,
		`-n ${server} link add ${near} type veth peer name ${far} netns ${world}`,
		`-n ${server} address add ${OWN}/24 dev ${near}`,
		`-n ${server} address add 2606:9::1/64 dev ${near} nodad`,
		`-n ${world} address add ${WORLD.dns}/24 dev ${far}`,
		`-n ${world} address add 2606:9::2/64 dev ${far} nodad`,
		...[WORLD.web, ...WORLD.traps].map((address) => `-n ${world} address add ${address}/32 dev lo`),
		`-n ${world} address add ${WORLD.web6}/128 dev lo nodad`,
		`-n ${server} link set lo up`,
		`-n ${world} link set lo up`,
		`-n ${server} link set ${near} up`,
		`-n ${world} link set ${far} up`,
		`-n ${server} route add default via ${WORLD.dns}`,
		`-n ${server} -6 route add default via 2606:9::2`,
	];
	for (const line of lines) {
		const { exitCode, stderr } = Bun.spawnSync(["ip", ...line.split(" ")]);
		if (exitCode !== 0) throw new Error(`ip ${line}: ${stderr}`);
	}
	return { server, world };
}

/** A script of this folder in a namespace, told what to do by its argument; its lines of JSON as they come. */
export function startIn(t: Teardown, namespace: string, script: string, argument: unknown) {
	const child = Bun.spawn(
		[
			...["ip", "netns", "exec", namespace, process.execPath],
			...[`${import.meta.dir}/${script}`, JSON.stringify(argument)],
		],
		{ stdio: ["pipe", "pipe", "inherit"] },
	);
	t.teardown(async () => {
		child.kill("SIGKILL");
		await child.exited;
	});
	const lines = (async function* () {
		let text = "";
		const decoder = new TextDecoder();
		for await (const chunk of child.stdout) {
			text += decoder.decode(chunk, { stream: true });
			for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
				yield JSON.parse(text.slice(0, end));
				text = text.slice(end + 1);
			}
		}
	})();
	return {
		async next() {
			const { value, done } = await lines.next();
			if (done) throw new Error(`${script} has ended`);
			return value;
		},
		ask(word: string) {
			child.stdin.write(`${word}\n`);
			child.stdin.flush();
			return this.next();
		},
	};
}
