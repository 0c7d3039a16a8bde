import t from "tap";
import { startBrig } from "../server.ts";
import { makeAuthority } from "./authority.ts";
import { doctor, scratch } from "./support.ts";

const DAY = 86_400;
const only = ["listen", "certificate"];

t.test(
	"a server with TLS may be public, and its certificate is looked at where the settings name it",
	async (t) => {
		const { cert, key } = makeAuthority(scratch(t)).issue("brig.example.com", -DAY, 60.5 * DAY);
		const { data, url } = await startBrig(t, {
			args: ["--listen", "0.0.0.0:0", "--tls-cert", cert, "--tls-key", key],
		});
		const without = await doctor({ only, data });
		t.match(without.find("listen"), { status: "ok", detail: `0.0.0.0:${new URL(url).port}, with TLS` });
		t.match(without.find("certificate"), {
			status: "warn",
			detail: /the settings do not name/,
			remedy: /BRIG_TLS_CERT/,
		});
		const named = await doctor({ only, data, env: { BRIG_TLS_CERT: cert, BRIG_TLS_KEY: key } });
		t.match(named.find("certificate"), { status: "ok", detail: /^60 days left/ });
	},
);

t.test("settings with a certificate that has ended are a failure before a server has it", async (t) => {
	const { cert, key } = makeAuthority(scratch(t)).issue("brig.example.com", -90 * DAY, -DAY);
	const env = { BRIG_TLS_CERT: cert, BRIG_TLS_KEY: key, BRIG_LISTEN: "0.0.0.0:8484" };
	const { code, find } = await doctor({ only, data: scratch(t), env });
	t.match(find("certificate"), { status: "fail", detail: /^it has expired on /, remedy: /Renew it/ });
	t.match(find("listen"), { status: "ok", detail: "0.0.0.0:8484, with TLS" });
	t.equal(code, 1);
});
