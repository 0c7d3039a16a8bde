# Sourced by scripts/vps: executables that an owner would upgrade to, made of this very source.

# Builds $1: like dist/brig, of a higher version and with one more migration.
build_newer() { build_changed "$1" newer; }

# Builds $1: it migrates as well, and dies before it listens.
build_dying() { build_changed "$1" dying; }

build_changed() {
	local out=$1 kind=$2 tree
	tree=$(mktemp -d "$work/tree.XXXXXX")
	cp -r src sandbox dist scripts package.json tsconfig.json bunfig.toml "$tree"
	rm -f "$tree/dist/brig"
	ln -s "$PWD/node_modules" "$tree/node_modules"
	(
		cd "$tree"
		sed -i 's/"version": "[^"]*"/"version": "99.0.0"/' package.json
		echo 'CREATE TABLE of_the_newer_one (id INTEGER PRIMARY KEY) STRICT;' >src/store/migrations/999-newer.sql
		sed -i -e '1i import newer from "./migrations/999-newer.sql" with { type: "text" };' \
			-e 's/^\(const MIGRATIONS.*\)\];$/\1, newer];/' src/store/migrate.ts
		grep -q ', newer\];' src/store/migrate.ts
		[ "$kind" = newer ] || sed -i 's/^\(\t*\)server = await startServer.*/\1throw new Error("this one dies at its start");\n&/' src/cli/serve.ts
		[ "$kind" = newer ] || grep -q 'dies at its start' src/cli/serve.ts
		compile node_modules/.bin/bun "$out" x64 "$kind"
	) >"$CACHE/$kind.log" 2>&1 || fail "the $kind executable could not be built: $CACHE/$kind.log says why"
	rm -rf "$tree"
}
