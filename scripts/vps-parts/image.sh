# Sourced by scripts/vps: what is kept between runs in .cache/vps, a Debian image for each release and an emulator.

# The repository that this machine's own apt takes Debian from. Nothing, before apt has fetched its lists.
find_mirror() {
	apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p
}

# What scripts/vps itself needs of this machine; MIRROR is then where packages come from.
install_tools() {
	MIRROR=$(find_mirror)
	if [ -z "$MIRROR" ] || ! command -v debootstrap >/dev/null || ! command -v mke2fs >/dev/null || ! command -v ssh >/dev/null; then
		say "installing debootstrap and ssh with apt-get"
		{ apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends debootstrap e2fsprogs openssh-client; } >"$CACHE/apt.log" 2>&1 ||
			unable "apt-get could not install debootstrap ($(tail -1 "$CACHE/apt.log")): check that apt's repository is reachable, then run this again"
		MIRROR=$(find_mirror)
		[ -n "$MIRROR" ] || unable "this machine's apt knows no repository of Debian: add one to /etc/apt/sources.list.d, then run this again"
	fi
}

# Makes $1 a finished folder: $2 … fills a new one beside it, which takes its name when it is whole.
keep() {
	local folder=$1
	shift
	[ ! -d "$folder" ] || return 0
	rm -rf "$folder.new" && mkdir -p "$folder.new"
	"$@" "$folder.new"
	mv "$folder.new" "$folder"
}

PACKAGES=systemd,systemd-sysv,udev,dbus,linux-image-cloud-amd64,python3,iproute2,procps,openssh-server,curl,ca-certificates,apparmor
# Of the release whose QEMU boots the kernels of both; Debian 12's own gives up on the later one now and then.
QEMU_SUITE=trixie

# The folder of a release's image: disk.img, vmlinuz, initrd.img. What is made otherwise is another folder.
image_folder() {
	echo "$CACHE/$1-$({ declare -f make_image && cat scripts/vps-parts/brig-machine.service && echo "$PACKAGES"; } | sha256sum | cut -c1-12)"
}

make_image() {
	local suite=$1 folder=$2 root=$2/root units=$2/root/etc/systemd
	# What was made of it otherwise; the new one ends with .new.
	rm -rf "$CACHE/$suite"-*[!w]
	say "installing Debian $suite with debootstrap (about two minutes, kept for later runs)"
	debootstrap --variant=minbase --include="$PACKAGES" "$suite" "$root" "$MIRROR" >"$CACHE/$suite.log" 2>&1 ||
		unable "debootstrap could not install $suite ($(grep '^E:' "$CACHE/$suite.log" | tail -1)): $CACHE/$suite.log says more; check that apt's repository is reachable, then run this again"
	echo vps >"$root/etc/hostname"
	printf '[Match]\nName=en* eth*\n[Network]\nDHCP=ipv4\n' >"$units/network/vps.network"
	cp scripts/vps-parts/brig-machine.service "$units/system/"
	chroot "$root" systemctl --quiet enable systemd-networkd ssh brig-machine >>"$CACHE/$suite.log" 2>&1
	rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
	cp -L "$root/vmlinuz" "$folder/vmlinuz"
	cp -L "$root/initrd.img" "$folder/initrd.img"
	mke2fs -q -t ext4 -d "$root" "$folder/disk.img" 4G >/dev/null
	rm -rf "$root"
}

# Unpacked packages, started by their own loader: nothing is installed, mounted or run as root in there.
make_emulator() {
	local folder=$1 package
	say "fetching QEMU of Debian $QEMU_SUITE (kept for later runs)"
	debootstrap --download-only --variant=minbase --include=qemu-system-x86 "$QEMU_SUITE" "$folder/packages" "$MIRROR" >"$CACHE/qemu.log" 2>&1 ||
		unable "debootstrap could not fetch QEMU ($(grep '^E:' "$CACHE/qemu.log" | tail -1)): $CACHE/qemu.log says more; check that apt's repository is reachable, then run this again"
	for package in "$folder"/packages/var/cache/apt/archives/*.deb; do
		dpkg-deb --extract "$package" "$folder"
	done
	rm -rf "$folder/packages"
}

# The emulator's command line up to its first option, in the array `qemu`.
emulator() {
	local lib=$1/usr/lib/x86_64-linux-gnu
	export QEMU_MODULE_DIR=$lib/qemu
	qemu=("$lib/ld-linux-x86-64.so.2" --library-path "$lib" "$1/usr/bin/qemu-system-x86_64" -L "$1/usr/share/qemu" -L "$1/usr/share/seabios")
	"${qemu[@]}" --version >/dev/null 2>&1 || unable "the emulator in $1 does not start: delete that folder and run this again"
}
