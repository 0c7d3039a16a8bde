import t from "tap";
import { loadConfig, SETTING_NAMES } from "../../src/config.ts";
import { changeSettings, settingsFile } from "../../src/install/settings-file.ts";

const read = (text: string) => loadConfig({}, {}, "brig.toml", text);

t.test("the settings file shows every setting, commented, and means the defaults", async (t) => {
	const text = settingsFile({});
	for (const name of SETTING_NAMES) t.match(text, new RegExp(`^#${name} = `, "m"), name);
	t.same(read(text), read(""), "as it is");
});

t.test("every commented line is a valid setting once its # is gone", async (t) => {
	for (const line of settingsFile({ plain_http: true }).match(/^#\w+ = .*$/gm) ?? []) {
		if (/^#(acme|tls)/.test(line)) continue;
		t.doesNotThrow(() => read(line.slice(1)), line);
	}
});

t.test("what install is given is set in a new file, with its quotes and backslashes", async (t) => {
	const text = settingsFile({ public_url: 'https://x.example/"\\', plain_http: true });
	t.match(read(text), { public_url: 'https://x.example/"\\', plain_http: true });
});

t.test("a setting in an existing file is changed where it stands, and nothing else", async (t) => {
	const text = '# mine\nlisten = "127.0.0.1:1"\nwarm = 3 # few\n';
	const changed = changeSettings(text, { listen: "127.0.0.1:2" });
	t.equal(changed, '# mine\nlisten = "127.0.0.1:2"\nwarm = 3 # few\n');
	t.equal(changeSettings(changed, { listen: "127.0.0.1:2" }), changed, "again");
});

t.test("a setting that is commented out is set in its place, one that is missing at the top", async (t) => {
	t.equal(changeSettings('#listen = "a"\n', { listen: "127.0.0.1:2" }), 'listen = "127.0.0.1:2"\n');
	t.equal(changeSettings("warm = 3\n", { plain_http: true }), "plain_http = true\nwarm = 3\n");
});

t.test("a value with a dollar sign is not a pattern", async (t) => {
	t.equal(
		changeSettings('public_url = "a"\n', { public_url: "https://$&.example" }),
		'public_url = "https://$&.example"\n',
	);
});

t.test("certificate files take the place of an authority, and the other way round", async (t) => {
	const before = settingsFile({ acme: "brig.example.com", acme_email: "me@example.com", warm: "3" });
	const files = changeSettings(before, { tls_cert: "/a", tls_key: "/b" });
	t.match(read(files), { tls_cert: "/a", tls_key: "/b", acme: undefined, acme_email: undefined, warm: 3 });
	t.match(read(changeSettings(files, { acme: "brig.example.com" })), {
		acme: "brig.example.com",
		tls_cert: undefined,
	});
});
