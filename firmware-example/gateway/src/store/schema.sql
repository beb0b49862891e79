-- Format 1. Times are Unix time in milliseconds; node ids and counters are the wire's numbers, counters as the 64 bits
-- that they are. Sealed columns: see vault.rs.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,   -- unlock, salt, check
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The gateway's secret key and, during an overlap, the one before: 32 bytes, then the last second as u64.
CREATE TABLE keys (
    epoch  INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE nodes (
    id         INTEGER PRIMARY KEY,
    sealed     BLOB NOT NULL,      -- saltbox::telemetry::Peer: public key, floor, session keys, windows, command
    enrolled   INTEGER NOT NULL,
    last_seen  INTEGER,            -- of an accepted frame
    sessions   INTEGER NOT NULL DEFAULT 0,
    features   INTEGER,
    firmware   TEXT,
    status     BLOB,               -- the last status frame's body
    status_at  INTEGER,
    trouble    INTEGER,            -- the last plain one, not authenticated
    trouble_at INTEGER
) STRICT;

-- The ephemeral key of every session ever accepted. Never deleted.
CREATE TABLE ephemerals (
    node INTEGER NOT NULL,
    key  BLOB NOT NULL,
    PRIMARY KEY (node, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE readings (
    id      INTEGER PRIMARY KEY,
    node    INTEGER NOT NULL,
    session INTEGER NOT NULL,      -- sessions of the node when it was accepted
    counter INTEGER NOT NULL,
    time    INTEGER NOT NULL,
    source  TEXT,                  -- temperature, test-pattern; NULL: none that this version knows
    value   INTEGER,               -- thousandths of a degree Celsius, or the count
    body    BLOB NOT NULL
) STRICT;
CREATE INDEX readings_of ON readings (node, time);

-- Commands: queued here, then waiting in the node's Peer, one at a time.
CREATE TABLE commands (
    id       INTEGER PRIMARY KEY,
    node     INTEGER NOT NULL,
    kind     TEXT NOT NULL,        -- set-interval (milliseconds), rotate-key (epoch), request-status
    argument INTEGER,
    state    TEXT NOT NULL,        -- queued, waiting, done, failed, refused, dropped
    created  INTEGER NOT NULL,
    due      INTEGER NOT NULL,
    ended    INTEGER
) STRICT;
CREATE INDEX commands_open ON commands (node, state) WHERE state IN ('queued', 'waiting');
