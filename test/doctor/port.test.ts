import t from "tap";
import { startBrig } from "../server.ts";
import { doctor, notRoot, scratch } from "./support.ts";

const find = async (listen: string, under: string[] = []) =>
	(
		await doctor({
			only: ["port"],
			data: scratch(t),
			env: { BRIG_LISTEN: listen, BRIG_PLAIN_HTTP: "true" },
			under,
		})
	).find("port");

t.test("a port that another program has is a failure", async (t) => {
	const other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
	t.teardown(() => other.stop(true));
	t.match(await find(`127.0.0.1:${other.port}`), {
		status: "fail",
		detail: /taken by another program/,
		remedy: /^`ss -ltnp /,
	});
	t.match(await find(`0.0.0.0:${other.port}`), { status: "fail", detail: /taken/ });
	other.stop(true);
	t.match(await find(`127.0.0.1:${other.port}`), { status: "ok", detail: /is free/ });
	t.match(await find("127.0.0.1:0"), { status: "ok", detail: /any/ });
});

t.test("an address that this machine does not have is a failure", async (t) => {
	t.match(await find("198.51.100.7:8484"), {
		status: "fail",
		detail: /no address of this machine|can't be listened on/,
	});
});

t.test("a port that this user may not have is a failure", { skip: notRoot }, async (t) => {
	const low = 'ip link set lo up; echo 1024 > /proc/sys/net/ipv4/ip_unprivileged_port_start; exec "$@"';
	const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
	t.match(await find("127.0.0.1:443", ["unshare", "--net", "sh", "-ec", low, "sh", ...nobody]), {
		status: "fail",
		detail: /may not listen on 127\.0\.0\.1:443/,
		remedy: /ip_unprivileged_port_start=443/,
	});
});

t.test("the running server's port is its own", async (t) => {
	const { data, url } = await startBrig(t);
	const found = (await doctor({ only: ["port"], data })).find("port");
	t.match(found, { status: "ok" });
	t.match(found.detail, new URL(url).port);
});
