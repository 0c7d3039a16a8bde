import { networkInterfaces } from "node:os";
import t from "tap";
import { addressBytes, ownAddresses, refuseAddress } from "../../src/egress/address-rules.ts";

const NONE = new Set<string>();

t.test("ordinary addresses of the Internet may be dialled", async (t) => {
	for (const address of [
		"1.1.1.1",
		"8.8.8.8",
		"93.184.216.34",
		"172.15.255.255",
		"172.32.0.0",
		"100.63.255.255",
	])
		t.equal(refuseAddress(address, NONE), null, address);
	for (const address of [
		"100.128.0.0",
		"169.253.255.255",
		"192.167.255.255",
		"198.17.255.255",
		"223.255.255.255",
	])
		t.equal(refuseAddress(address, NONE), null, address);
	for (const address of [
		"2606:4700:4700::1111",
		"2a00:1450:4001:82a::200e",
		"2001:4860:4860::8888",
		"2003::1",
	])
		t.equal(refuseAddress(address, NONE), null, address);
});

t.test("what is inside a network or nobody's is refused, and what it is is said", async (t) => {
	const table: [string, "private" | "never", RegExp][] = [
		["127.0.0.1", "private", /loopback/],
		["127.255.255.254", "private", /loopback/],
		["10.0.0.0", "private", /private/],
		["10.255.255.255", "private", /private/],
		["172.16.0.1", "private", /private/],
		["172.31.255.255", "private", /private/],
		["192.168.1.1", "private", /private/],
		["100.64.0.1", "private", /shared/],
		["100.127.255.255", "private", /shared/],
		["::1", "private", /loopback/],
		["fc00::1", "private", /private/],
		["fdff:ffff::1", "private", /private/],
		["169.254.169.254", "never", /link-local/],
		["0.0.0.0", "never", /this network/],
		["0.1.2.3", "never", /this network/],
		["192.0.0.170", "never", /protocol/],
		["192.0.2.1", "never", /documentation/],
		["192.88.99.1", "never", /6to4/],
		["198.18.0.1", "never", /benchmark/],
		["198.19.255.255", "never", /benchmark/],
		["198.51.100.1", "never", /documentation/],
		["203.0.113.1", "never", /documentation/],
		["224.0.0.1", "never", /multicast/],
		["239.255.255.255", "never", /multicast/],
		["240.0.0.1", "never", /reserved/],
		["255.255.255.255", "never", /reserved/],
		["::", "never", /reserved/],
		["fe80::1", "never", /link-local/],
		["febf::1", "never", /link-local/],
		["fec0::1", "never", /reserved/],
		["ff02::1", "never", /multicast/],
		["::ffff:127.0.0.1", "never", /IPv4/],
		["::ffff:7f00:1", "never", /IPv4/],
		["::ffff:8.8.8.8", "never", /IPv4/],
		["0:0:0:0:0:FFFF:0A00:0001", "never", /IPv4/],
		["::127.0.0.1", "never", /reserved/],
		["::7f00:1", "never", /reserved/],
		["64:ff9b::7f00:1", "never", /NAT64/],
		["64:ff9b::10.0.0.1", "never", /NAT64/],
		["64:ff9b:1::1", "never", /NAT64/],
		["2001::1", "never", /Teredo/],
		["2001:0:4136:e378:8000:63bf:3fff:fdd2", "never", /Teredo/],
		["2001:10::1", "never", /protocol/],
		["2001:db8::1", "never", /documentation/],
		["2002:7f00:1::", "never", /6to4/],
		["2002:a00:1::1", "never", /6to4/],
		["3fff::1", "never", /documentation/],
		["4000::1", "never", /reserved/],
	];
	for (const [address, kind, what] of table) {
		t.match(refuseAddress(address, NONE) ?? { kind: "allowed" }, { kind, what }, address);
	}
});

t.test("an odd spelling is no address", async (t) => {
	const odd = [
		"127.1",
		"2130706433",
		"0x7f.0.0.1",
		"0177.0.0.1",
		"127.0.0.01",
		"127.0.0.1.",
		" 127.0.0.1",
		"127.0.0.256",
		"1.2.3",
		"1.2.3.4.5",
		"::1%lo",
		"[::1]",
		"1::2::3",
		"1:2:3:4:5:6:7",
		"1:2:3:4:5:6:7:8:9",
		"::12345",
		":1",
		"1:",
		"::ffff:127.1",
		"1.2.3.4::",
		"",
		"localhost",
		"１.1.1.1",
	];
	for (const text of odd) {
		t.equal(addressBytes(text), null, JSON.stringify(text));
		t.match(refuseAddress(text, NONE), { kind: "never" });
	}
	t.same(addressBytes("1:2:3:4:5:6:7:8"), [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]);
	t.same(addressBytes("::"), Array(16).fill(0));
});

t.test("the host's own addresses are refused, public ones too", async (t) => {
	t.match(refuseAddress("93.184.216.34", new Set(["93.184.216.34"])), {
		kind: "private",
		what: /server itself/,
	});
	const own = ownAddresses();
	t.ok(own.has("127.0.0.1"));
	for (const { address } of Object.values(networkInterfaces()).flatMap((list) => list ?? [])) {
		t.not(refuseAddress(address.replace(/%.*/, "")), null, address);
	}
});
