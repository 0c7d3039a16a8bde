# Sourced by scripts/build and scripts/vps.

# Compiles the source in this folder with Bun $1 to the executable $2, for $3 (x64 or arm64), as commit $4.
# Without the two no-autoload options it would run a foreign folder's bunfig.toml.
compile() {
	"$1" build --compile --production --splitting --bytecode --format=esm --sourcemap \
		--no-compile-autoload-dotenv --no-compile-autoload-bunfig \
		--target="bun-linux-$3" --define "BRIG_COMMIT=\"$4\"" \
		--outfile "$2" src/main.ts src/functions/check-worker.ts
}
