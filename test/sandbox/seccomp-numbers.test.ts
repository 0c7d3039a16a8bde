import t from "tap";
import { noJails } from "./real.ts";
import { type Call, makeCalls } from "./seccomp/calls.ts";
import { policyText, REFUSED, readPolicy, withMarkedRefusals } from "./seccomp/policy.ts";
import { systemCalls } from "./seccomp/system-calls.ts";

const LAST = 600;
const NUMBERS = Array.from({ length: LAST + 1 }, (_, number) => number);
const KNOWN = systemCalls("x86_64");
const NAMES = new Map([...KNOWN].map(([name, number]) => [number, name]));
const ALL_ONES = Array(6).fill(-1);

/** Whether a call with filtered arguments is allowed when they are all -1. */
const FILTERED_ALL_ONES: Record<string, boolean> = {
	socket: false,
	socketpair: false,
	clone: false,
	prctl: false,
	ioctl: true,
	prlimit64: false,
	setsockopt: false,
};

/**
 * Calls of the kernel's own trampolines, which newer kernels make past every filter, and what they answer to anybody
 * else: SIGILL and ENXIO.
 */
const PAST_FILTERS: Record<string, number> = { uretprobe: -4, uprobe: 6 };

const MUST_BE_REFUSED = `
	unshare setns mount umount pivot_root chroot fsopen fsconfig fsmount fspick open_tree move_mount mount_setattr
	ptrace process_vm_readv process_vm_writev pidfd_getfd process_madvise kcmp
	bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register keyctl add_key request_key
	kexec_load kexec_file_load create_module init_module finit_module delete_module
	seccomp personality modify_ldt iopl ioperm memfd_secret fanotify_init fanotify_mark quotactl quotactl_fd
	clock_settime clock_adjtime settimeofday adjtimex sethostname setdomainname syslog acct swapon swapoff reboot
	mknod mknodat open_by_handle_at name_to_handle_at
	shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl
	mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr
	mbind set_mempolicy migrate_pages move_pages splice tee vmsplice
	setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset`
	.trim()
	.split(/\s+/);

const name = (number: number) => NAMES.get(number) ?? `number ${number}`;
const allOnes = (number: number): Call => [number, ALL_ONES];

for (const language of ["python", "typescript"] as const) {
	const text = policyText(language, "x86_64");
	const policy = readPolicy(text);
	let refused: number[] = [];

	t.test(
		`of the numbers 0 to ${LAST} a ${language} jail may call what its policy names`,
		{ skip: noJails },
		async (t) => {
			t.same(policy.filtered.sort(), Object.keys(FILTERED_ALL_ONES).sort(), "each filter has its row");
			const groups = NUMBERS.map((number) => [allOnes(number)]);
			const outcomes = (await makeCalls(t, withMarkedRefusals(text), groups)).flat();
			refused = NUMBERS.filter((number) => outcomes[number] === REFUSED);
			const made = NUMBERS.filter((number) => outcomes[number] !== REFUSED).map(name);
			const unseen = Object.entries(PAST_FILTERS).filter(
				([one, own]) => outcomes[KNOWN.get(one) ?? -1] === own,
			);
			const wanted = [
				...policy.allowed,
				...policy.filtered.filter((one) => FILTERED_ALL_ONES[one]),
				...unseen.map(([one]) => one),
			];
			t.same(made.sort(), wanted.sort());
			for (const one of MUST_BE_REFUSED) t.ok(refused.includes(KNOWN.get(one) ?? -1), `${one} is refused`);
		},
	);

	t.test(
		`a refused call fails in a ${language} jail with the errno of the policy, else with EPERM`,
		{ skip: noJails },
		async (t) => {
			t.ok(refused.length > 300);
			const [outcomes = []] = await makeCalls(t, text, [refused.map(allOnes)]);
			const wanted = refused.map((number) => policy.errors.get(name(number)) ?? policy.otherwise);
			const say = (errnos: typeof outcomes) =>
				errnos.map((errno, at) => `${name(refused[at] ?? -1)}: ${errno}`);
			t.same(say(outcomes), say(wanted));
			t.equal(policy.otherwise, 1, "EPERM");
		},
	);
}

t.test("each name in the policies is a call of its machine", (t) => {
	for (const machine of ["x86_64", "aarch64"] as const) {
		for (const language of ["python", "typescript"] as const) {
			const { allowed, filtered, errors } = readPolicy(policyText(language, machine));
			const names = [...allowed, ...filtered, ...errors.keys()];
			t.same(
				names.filter((one) => !systemCalls(machine).has(one)),
				[],
				`${language} on ${machine}`,
			);
			t.ok(names.length > 150);
		}
	}
	t.end();
});
