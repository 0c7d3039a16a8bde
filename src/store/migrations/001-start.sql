CREATE TABLE namespaces (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	created_at TEXT NOT NULL
) STRICT;

CREATE TABLE keys (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	hash BLOB NOT NULL UNIQUE,
	scopes TEXT NOT NULL,
	namespace_id INTEGER REFERENCES namespaces (id) ON DELETE CASCADE,
	services TEXT,
	created_at TEXT NOT NULL
) STRICT;

-- Sources, by SHA-256: an execution names exactly what it ran.
CREATE TABLE sources (
	hash TEXT PRIMARY KEY,
	text TEXT NOT NULL
) STRICT;

-- A deleted function keeps its row and its versions: a new one of the same name continues the numbers.
CREATE TABLE functions (
	id INTEGER PRIMARY KEY,
	namespace_id INTEGER NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
	service TEXT NOT NULL,
	name TEXT NOT NULL COLLATE NOCASE,
	active_version INTEGER,
	last_version INTEGER NOT NULL,
	UNIQUE (namespace_id, service, name)
) STRICT;

CREATE TABLE versions (
	function_id INTEGER NOT NULL REFERENCES functions (id) ON DELETE CASCADE,
	version INTEGER NOT NULL,
	language TEXT NOT NULL,
	source_hash TEXT NOT NULL REFERENCES sources (hash),
	description TEXT NOT NULL,
	input_schema TEXT NOT NULL,
	output_schema TEXT,
	parameters TEXT NOT NULL,
	tags TEXT NOT NULL,
	warnings TEXT NOT NULL,
	created_at TEXT NOT NULL,
	created_by TEXT NOT NULL,
	PRIMARY KEY (function_id, version)
) STRICT;

CREATE TABLE executions (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL UNIQUE,
	namespace_id INTEGER NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
	key_id TEXT NOT NULL,
	kind TEXT NOT NULL,
	function TEXT,
	version INTEGER,
	language TEXT NOT NULL,
	code_sha256 TEXT NOT NULL,
	code_bytes INTEGER NOT NULL,
	status TEXT NOT NULL,
	error_type TEXT,
	started_at TEXT NOT NULL,
	usage TEXT
) STRICT;
CREATE INDEX executions_by_namespace ON executions (namespace_id, seq);

-- The calls inside an execution: times, sizes and outcomes, never the data.
CREATE TABLE calls (
	execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
	seq INTEGER NOT NULL,
	parent INTEGER,
	function TEXT NOT NULL,
	version INTEGER,
	depth INTEGER NOT NULL,
	count INTEGER NOT NULL,
	status TEXT NOT NULL,
	error_type TEXT,
	wall_ms REAL NOT NULL,
	bytes_in INTEGER NOT NULL,
	bytes_out INTEGER NOT NULL,
	PRIMARY KEY (execution_id, seq)
) STRICT, WITHOUT ROWID;

-- What functions printed during an execution: for keys that may see their source.
CREATE TABLE outputs (
	execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
	function TEXT NOT NULL,
	stdout TEXT NOT NULL,
	stderr TEXT NOT NULL
) STRICT;
CREATE INDEX outputs_by_execution ON outputs (execution_id);
