-- What a version may do beyond computing: the secrets it sees, the hosts it reaches, limits of its own.
ALTER TABLE versions ADD COLUMN env TEXT NOT NULL DEFAULT '[]';
ALTER TABLE versions ADD COLUMN egress TEXT NOT NULL DEFAULT '[]';
ALTER TABLE versions ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
-- SHA-256 over everything that makes the version, for If-Match and for who compares.
ALTER TABLE versions ADD COLUMN content_hash TEXT NOT NULL DEFAULT '';
-- A version that waits for an admin's approval is stored but was never active.
ALTER TABLE versions ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;
ALTER TABLE versions ADD COLUMN approved_by TEXT;

-- Who locked a function against change; null when nobody did.
ALTER TABLE functions ADD COLUMN locked_by TEXT;

-- Values are sealed under DATA/seal.key: without it a copy of this table tells nothing but names and dates.
CREATE TABLE secrets (
	namespace_id INTEGER NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
	name TEXT NOT NULL,
	sealed BLOB NOT NULL,
	created_at TEXT NOT NULL,
	updated_at TEXT NOT NULL,
	PRIMARY KEY (namespace_id, name)
) STRICT, WITHOUT ROWID;

-- One row for each decision of the egress proxy.
CREATE TABLE egress (
	execution_id TEXT NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
	function TEXT NOT NULL,
	at TEXT NOT NULL,
	host TEXT NOT NULL,
	port INTEGER NOT NULL,
	allowed INTEGER NOT NULL,
	reason TEXT NOT NULL
) STRICT;
CREATE INDEX egress_by_execution ON egress (execution_id);
