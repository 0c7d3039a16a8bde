import t from "tap";
import { parsePatterns } from "../../src/egress/patterns.ts";
import { makeLookup, resolve } from "../../src/egress/resolver.ts";
import { serveDns } from "./support/dns-server.ts";

const NOW = 5_000;

t.test("addresses come as answered, each once, and not more than a few", async (t) => {
	const look = async () => ["1.1.1.1", "1.1.1.1", "2606:4700::1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9"];
	t.same(await resolve(look, "a.example", 443, [], NOW), {
		kind: "addresses",
		addresses: ["1.1.1.1", "2606:4700::1", "1.0.0.1", "8.8.8.8"],
	});
});

t.test("a private answer behind the few that are tried still counts", async (t) => {
	const look = async () => ["1.1.1.1", "1.0.0.1", "8.8.8.8", "8.8.4.4", "9.9.9.9", "10.0.0.1"];
	t.match(await resolve(look, "a.example", 443, [], NOW), { kind: "refused", address: "10.0.0.1" });
	const scoped = async () => ["fe80::1%eth0"];
	t.match(await resolve(scoped, "a.example", 443, [], NOW), { kind: "refused", operatorCanAllow: false });
});

t.test("the operator's list allows private addresses, and nothing that no host should have", async (t) => {
	const own = parsePatterns(["db.internal", "*.lan.example:81"], "egress_private");
	const ask = (host: string, port: number, address: string) =>
		resolve(async () => [address], host, port, own, NOW);
	t.match(await ask("db.internal", 5432, "10.0.0.1"), { kind: "addresses" });
	t.match(await ask("db.internal", 443, "127.0.0.1"), { kind: "addresses" });
	t.match(await ask("x.lan.example", 81, "192.168.0.1"), { kind: "addresses" });
	t.match(await ask("x.lan.example", 82, "192.168.0.1"), { kind: "refused", operatorCanAllow: true });
	t.match(await ask("other.internal", 443, "10.0.0.1"), { kind: "refused", operatorCanAllow: true });
	for (const never of ["169.254.169.254", "0.0.0.0", "::ffff:10.0.0.1", "64:ff9b::a00:1", "224.0.0.1"]) {
		t.match(await ask("db.internal", 443, never), { kind: "refused", operatorCanAllow: false }, never);
	}
});

t.test("a name without an address says why, and no look-up lasts for ever", async (t) => {
	const dns = await serveDns(t, (name) => (name === "empty.example" ? [] : null));
	const look = makeLookup([dns.address]);
	t.match(await resolve(look, "none.example", 443, [], NOW), { kind: "unknown", why: "ENOTFOUND" });
	t.match(await resolve(look, "empty.example", 443, [], NOW), {
		kind: "unknown",
		why: /ENODATA|ENOTFOUND|no address/,
	});
	const never = () => new Promise<string[]>(() => {});
	t.same(await resolve(never, "slow.example", 443, [], 5), { kind: "unknown", why: "ETIMEOUT" });
	const broken = async () => Promise.reject(new Error("x"));
	t.match(await resolve(broken, "a.example", 443, [], NOW), { kind: "unknown", why: /failed/ });
});

t.test("without servers of the operator's the host's own way is used", async (t) => {
	t.ok((await makeLookup()("localhost")).includes("127.0.0.1"));
});
