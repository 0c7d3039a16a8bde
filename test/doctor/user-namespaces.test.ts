import t from "tap";
import { doctor, empty, notRoot, scratch, writable } from "./support.ts";

const NAME = "user-namespaces";

t.test(
	"a kernel that makes no user namespaces is a failure, and no sandbox starts",
	{ skip: notRoot },
	async (t) => {
		t.match((await doctor({ only: [NAME] })).find(NAME), { status: "ok", detail: /one was made/ });
		const nested = ["unshare", "--user", "--map-root-user", "sh", "-ec"];
		const zero = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
		const found = await doctor({ under: [...nested, zero, "sh"] });
		t.match(found.find(NAME), {
			status: "fail",
			detail: /max_user_namespaces is 0/,
			remedy: /^sysctl user\.max_user_namespaces=/,
		});
		for (const name of ["jail-python", "jail-typescript", "hostile-probe"])
			t.equal(found.find(name).status, "fail", name);
		t.equal(found.code, 1);
	},
);

t.test("a container that refuses them is a failure with the kernel's word", { skip: notRoot }, async (t) => {
	// Nobody may make one in a chroot: the same refusal as by a container's filter.
	const folder = scratch(t);
	const broken = `mount --rbind / ${folder}\n exec chroot ${folder} "$@"`;
	const found = (await doctor({ only: [NAME], broken })).find(NAME);
	t.match(found, {
		status: "fail",
		detail: /none can be made .*Operation not permitted/,
		remedy: /container/,
	});
});

t.test("what Debian and AppArmor forbid ordinary users is told apart", { skip: notRoot }, async (t) => {
	const settings = "/proc/sys/kernel";
	const clone = await doctor({
		only: [NAME],
		broken: `${empty(settings)} echo 0 > ${settings}/unprivileged_userns_clone`,
	});
	t.match(clone.find(NAME), {
		status: "fail",
		detail: /unprivileged_userns_clone is 0/,
		remedy: /^sysctl kernel\.unprivileged_userns_clone=1/,
	});

	const restricted = `${empty(settings)} echo 1 > ${settings}/apparmor_restrict_unprivileged_userns`;
	const apparmor = await doctor({ only: [NAME], broken: restricted });
	t.match(apparmor.find(NAME), { status: "warn", detail: /AppArmor restricts/, remedy: /brig install/ });

	const profile = `${restricted}\n${writable("/etc", scratch(t))} mkdir -p /etc/apparmor.d; echo > /etc/apparmor.d/brig`;
	t.match((await doctor({ only: [NAME], broken: profile })).find(NAME), { status: "ok", detail: /profile/ });
});
