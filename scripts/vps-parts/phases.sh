# Sourced by scripts/vps: what it does with a machine. Each adds a line `N passed, N failed` to $work/sums.

# The test files $2 …, inside the machine. The attacks and the soak meet the executable alone; unit tests need its source.
run_attacks() {
	local suite=$1 drive=$work/attacks
	shift
	if [ ! -d "$drive" ]; then
		mkdir "$drive"
		cp "$executable" "$drive/brig"
		cp -r test src seccomp sandbox bunfig.toml package.json "$drive"
		mkdir "$drive/dist"
		cp -r dist/embed "$drive/dist"
		cp scripts/vps-parts/attacks.sh "$drive/inside.sh"
		tar -c --exclude=node_modules/{bun,bun-types,gpt-tokenizer,@biomejs,@typescript,typescript,es-toolkit} node_modules | tar -x -C "$drive"
	fi
	printf '%s\n' "$@" >"$drive/files"
	say "booting Debian $suite under emulation for the attack suite"
	start_machine "$suite" "$drive" -no-reboot -nic user,model=virtio-net-pci
	# What the suite says while it runs, also of single attacks.
	tail -n +1 -f --pid="$machine" "$work/$suite" | sed -u 's/^vps: so far\t/  /; /^vps: status/,$d' >&2 &
	reader=$!
	await_end "$suite" "$LIMIT"
	wait "$reader" || true
	reader=''
	grep -q '^vps: sum ' "$work/$suite" || fail "Debian $suite has stopped before the suite was through: $CACHE/$suite.console has the kernel's messages"
	awk -F'\t' 'BEGIN { row = "%-52s %-40s %-28s %s\n"; printf row, "attack", "expected", "seen", "" }
		/^vps: attack/ { printf row, $2 "/" $3, $4, $5, $6 }' "$work/$suite"
	sed -n 's/^vps: sum //p' "$work/$suite" >>"$work/sums"
	grep -q '^vps: status 0' "$work/$suite"
}

# A VPS owner's day, from outside: the machine is reached by SSH and by the ports that it serves.
run_owner() {
	local suite=$1 drive=$work/owner outcome=0
	shift
	if [ ! -d "$drive" ]; then
		say "building the executables to upgrade to"
		mkdir "$drive" "$work/served"
		ssh-keygen -q -t ed25519 -N '' -C vps -f "$work/key"
		cp "$work/key.pub" "$drive/authorized_keys"
		cp scripts/vps-parts/owner.sh "$drive/inside.sh"
		cp "$executable" "$work/served/brig"
		build_newer "$work/served/newer"
		build_dying "$work/served/dying"
	fi
	local ssh_port https_port http_port
	ssh_port=$(free_port) https_port=$(free_port) http_port=$(free_port)
	say "booting Debian $suite under emulation for the owner's day"
	start_machine "$suite" "$drive" -nic "user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:$ssh_port-:22,hostfwd=tcp:127.0.0.1:$https_port-:443,hostfwd=tcp:127.0.0.1:$http_port-:80"
	await_line "$suite" '^vps: up' "$BOOT_LIMIT"
	sed -n 's/^vps: up, /  /p' "$work/$suite" >&2
	BRIG_VPS_SSH=$ssh_port BRIG_VPS_HTTPS=$https_port BRIG_VPS_HTTP=$http_port BRIG_VPS_KEY=$work/key BRIG_VPS_SERVED=$work/served BRIG_VPS_QUICK=$quick \
		BRIG_TEST_JOBS=1 BRIG_TEST_PATIENCE=10 "$bun" test/run.ts "$@" | tee "$work/owner-report" || outcome=1
	stop_machine
	tail -1 "$work/owner-report" >>"$work/sums"
	return $outcome
}

# A port that nobody listens on.
free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
