import t from "tap";
import { doctor, notRoot, scratch, writable } from "./support.ts";

t.test(
	"ids of sandboxes that others have too are a failure that names them",
	{ skip: notRoot },
	async (t) => {
		const found = async (files: Record<string, string>) => {
			const write = Object.entries(files).map(([name, text]) => `printf '${text}' > /etc/${name}\n`);
			return (
				await doctor({ only: ["id-ranges"], broken: writable("/etc", scratch(t)) + write.join("") })
			).find("id-ranges");
		};
		const passwd = "root:x:0:0::/root:/bin/sh\\n";
		const usual = { passwd, group: "root:x:0:\\n" };
		const brig = "brig:300000:65536\\n";
		t.match(await found({ ...usual, subuid: "", subgid: "" }), {
			status: "ok",
			detail: /which nobody claims/,
		});
		t.match(await found({ ...usual, subuid: brig, subgid: brig }), {
			status: "ok",
			detail: "300000 to 365535, reserved for brig",
		});
		t.match(await found({ ...usual, subuid: `${brig}lena:365535:65536\\n`, subgid: brig }), {
			status: "fail",
			detail: /300000 to 365535.*lena has 365535 to 431070 in \/etc\/subuid/,
			remedy: /65,536 ids that nobody has/,
		});
		t.match(await found({ ...usual, subuid: brig, subgid: `lena:290000:20000\\n${brig}` }), {
			status: "fail",
			detail: /lena has 290000 to 309999 in \/etc\/subgid/,
		});
		t.match(
			await found({
				...usual,
				passwd: `${passwd}otto:x:300007:100::/:/bin/sh\\n`,
				subuid: brig,
				subgid: brig,
			}),
			{
				status: "fail",
				detail: /the user otto is 300007/,
			},
		);
		t.match(await found({ ...usual, group: "staff:x:365535:\\n", subuid: brig, subgid: brig }), {
			status: "fail",
			detail: /the group staff is 365535/,
		});
		t.match(await found({ ...usual, subuid: brig, subgid: "" }), {
			status: "fail",
			detail: /not in \/etc\/subgid/,
			remedy: "Add this line to /etc/subgid: brig:300000:65536",
		});
		t.match(await found({ ...usual, subuid: "lena:365536:65536\\n:::\\nnonsense\\n", subgid: "x:y:z\\n" }), {
			status: "ok",
		});
		t.match(await found({ ...usual, subuid: "lena:1900065535:1\\n", subgid: "" }), {
			status: "fail",
			detail: /lena/,
		});
	},
);
