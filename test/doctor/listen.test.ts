import t from "tap";
import { listeningOf } from "../../src/doctor/listening.ts";
import { whatSpeaks } from "../../src/doctor/what-speaks.ts";
import { makeCertificates } from "../egress/support/certificates.ts";
import { startBrig } from "../server.ts";
import { doctor, notRoot, scratch, writable } from "./support.ts";

const config = (folder: string, ...lines: string[]) =>
	`${writable("/etc", folder)} mkdir -p /etc/brig; printf '%s\\n' ${lines.map((line) => `'${line}'`).join(" ")} > /etc/brig/brig.toml\n`;

t.test(
	"settings that open the server to a network without TLS are told by how far they do",
	{ skip: notRoot },
	async (t) => {
		const find = async (...lines: string[]) =>
			(
				await doctor({
					only: ["listen"],
					data: scratch(t),
					broken: config(scratch(t), "plain_http = true", ...lines),
				})
			).find("listen");
		t.match(await find('listen = "127.0.0.1:8484"'), { status: "ok", detail: /this machine alone/ });
		t.match(await find('listen = "[::1]:8484"'), { status: "ok" });
		for (const address of ["0.0.0.0", "[::]", "8.8.4.4"])
			t.match(
				await find(`listen = "${address}:8484"`),
				{ status: "fail", detail: /public without TLS/, remedy: /certificate/ },
				address,
			);
		t.match(await find('listen = "10.1.2.3:8484"'), { status: "warn", detail: /private network/ });
		t.match(await find('listen = "0.0.0.0:8484"', 'public_url = "https://brig.example.com"'), {
			status: "warn",
			detail: /others than the proxy at https:\/\/brig\.example\.com/,
			remedy: /firewall/,
		});
		t.match(await find('listen = "0.0.0.0:8484"', 'public_url = "http://brig.example.com"'), {
			status: "fail",
		});
	},
);

t.test("a running server is judged by where it listens, whatever the settings say", async (t) => {
	const open = await startBrig(t, { args: ["--listen", "0.0.0.0:0", "--plain-http"] });
	// A proxy for the way out has no say about this machine.
	const env = { http_proxy: "http://127.0.0.1:1", https_proxy: "http://127.0.0.1:1" };
	const found = (await doctor({ only: ["listen"], data: open.data, env })).find("listen");
	t.match(found, { status: "fail", detail: /public without TLS/ });
	t.match(found.detail, `0.0.0.0:${new URL(open.url).port}`);
	const closed = await startBrig(t);
	t.match((await doctor({ only: ["listen"], data: closed.data })).find("listen"), {
		status: "ok",
		detail: /this machine alone/,
	});
});

t.test("what speaks at an address is told by speaking with it", async (t) => {
	const { cert, key } = makeCertificates(["localhost"]);
	const { signal } = new AbortController();
	const serve = (options: object, answer: () => Response) => {
		const server = Bun.serve({ hostname: "127.0.0.1", port: 0, ...options, fetch: answer });
		t.teardown(() => server.stop(true));
		return { address: "127.0.0.1", port: server.port as number };
	};
	const healthy = () => Response.json({ status: "ok" });
	t.equal(await whatSpeaks(serve({ tls: { cert, key } }, healthy), signal), "tls");
	t.equal(await whatSpeaks(serve({}, healthy), signal), "api");
	t.equal(
		await whatSpeaks(
			serve({}, () => Response.redirect("https://x.example/")),
			signal,
		),
		"other",
	);
	const mute = Bun.listen({
		hostname: "127.0.0.1",
		port: 0,
		socket: { open: (one) => void one.end(), data() {} },
	});
	t.teardown(() => mute.stop(true));
	t.equal(await whatSpeaks({ address: "127.0.0.1", port: mute.port }, signal), "silence");
	const { port } = await startBrig(t, { args: ["--listen", "[::]:0", "--plain-http"] }).then(
		({ url }) => new URL(url),
	);
	t.equal(await whatSpeaks({ address: "::", port: Number(port) }, signal), "api");
});

t.test("the kernel's table of listeners is read, both families", async (t) => {
	const listeners = ["127.0.0.1", "::1", "0.0.0.0", "::"].map((hostname) =>
		Bun.listen({ hostname, port: 0, socket: { data() {} } }),
	);
	t.teardown(() => {
		for (const listener of listeners) listener.stop(true);
	});
	const seen = listeningOf(process.pid) ?? [];
	for (const { hostname, port } of listeners)
		t.ok(
			seen.some((one) => one.address === hostname && one.port === port),
			`${hostname} ${port}`,
		);
	t.equal(listeningOf(2 ** 22 + 1), null, "nobody is nobody");
});
