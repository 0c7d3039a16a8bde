import t from "tap";
import { type Config, ConfigError, loadConfig } from "../src/config.ts";
import { reloader } from "../src/reload.ts";

const config = (text: string) => loadConfig({}, {}, "brig.toml", text);

t.test("what can change is in force once, what can't is named each time", async (t) => {
	const seen: Config[] = [];
	let text = "";
	const reload = reloader(config(""), () => config(text), [
		{ settings: ["concurrency"], change: (next) => () => seen.push(next) },
	]);
	t.same(reload(), { changed: [], needs_restart: [] });
	text = 'concurrency = 7\nlisten = "127.0.0.1:1"';
	t.same(reload(), { changed: ["concurrency"], needs_restart: ["listen"] });
	t.match(seen, [{ concurrency: 7 }]);
	t.same(reload(), { changed: [], needs_restart: ["listen"] }, "again");
	text = "";
	t.same(reload(), { changed: ["concurrency"], needs_restart: [] }, "and back");
});

t.test("a change that can't be made keeps the others from being made", async (t) => {
	let made = 0;
	const reload = reloader(config(""), () => config('concurrency = 7\ndns_servers = ["x"]'), [
		{ settings: ["concurrency"], change: () => () => made++ },
		{
			settings: ["dns_servers"],
			change: () => {
				throw new ConfigError("no");
			},
		},
	]);
	t.throws(reload, { name: "ConfigError" });
	t.equal(made, 0);
});
