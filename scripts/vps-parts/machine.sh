# Sourced by scripts/vps: virtual machines, one at a time. $work is the folder of this run, $qemu the emulator.

machine='' reader=''

# Boots release $1 with the folder $2 as its second drive; $3 … are more options of QEMU. Its report goes to $work/$1.
start_machine() {
	local suite=$1 folder=$2 image
	shift 2
	image=$(image_folder "$suite")
	rm -f "$work/drive.img"
	mke2fs -q -t ext4 -d "$folder" "$work/drive.img" 800M >/dev/null
	: >"$work/$suite"
	"${qemu[@]}" -accel tcg,thread=multi -cpu max -smp 2 -m 4096 -nodefaults -display none \
		-kernel "$image/vmlinuz" -initrd "$image/initrd.img" \
		-append 'root=/dev/vda rw console=ttyS0 quiet panic=-1 systemd.mask=serial-getty@ttyS0.service' \
		-drive "file=$image/disk.img,format=raw,if=virtio,snapshot=on" \
		-drive "file=$work/drive.img,format=raw,if=virtio,readonly=on" \
		"$@" -serial "file:$CACHE/$suite.console" -serial "file:$work/$suite" </dev/null 2>"$work/qemu" &
	machine=$!
}

# Waits until the report of release $1 has a line that matches $2, $3 seconds at the longest.
await_line() {
	local suite=$1 pattern=$2 end=$((SECONDS + $3))
	until grep -q "$pattern" "$work/$suite"; do
		kill -0 "$machine" 2>/dev/null || fail "Debian $suite has stopped ($(tail -1 "$work/qemu")): $CACHE/$suite.console has the kernel's messages"
		[ $SECONDS -lt $end ] || fail "Debian $suite has said nothing for $3 s: $CACHE/$suite.console has the kernel's messages"
		sleep 1
	done
}

# Waits until the machine has powered off, $2 seconds at the longest.
await_end() {
	local suite=$1 end=$((SECONDS + $2))
	while kill -0 "$machine" 2>/dev/null; do
		[ $SECONDS -lt $end ] || fail "Debian $suite was not done after $2 s: $CACHE/$suite.console has the kernel's messages"
		sleep 1
	done
	wait "$machine" || fail "QEMU has failed ($(tail -1 "$work/qemu")): delete $CACHE and run this again"
	machine=''
}

stop_machine() {
	local process
	for process in $machine $reader; do
		kill "$process" 2>/dev/null || true
		wait "$process" 2>/dev/null || true
	done
	machine='' reader=''
}
