/**
 * The tables of the queues, for the database that holds the objects as well: an event is committed
 * together with the object that it speaks of. Times are milliseconds since 1970.
 *
 * Ids are never used again (AUTOINCREMENT), so that a receipt handle means one message for all time. The
 * body stands last: whoever counts or searches need not read over it.
 */
export const QUEUE_SCHEMA = `
  CREATE TABLE queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    purged_at INTEGER,
    delay_seconds INTEGER NOT NULL,
    maximum_message_bytes INTEGER NOT NULL,
    retention_seconds INTEGER NOT NULL,
    wait_seconds INTEGER NOT NULL,
    visibility_timeout_seconds INTEGER NOT NULL,
    policy TEXT,
    dead_letter_arn TEXT,
    max_receive_count INTEGER
  ) STRICT;
  CREATE TABLE queue_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queue_id INTEGER NOT NULL REFERENCES queue (id) ON DELETE CASCADE,
    message_id TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    receive_count INTEGER NOT NULL,
    first_received_at INTEGER,
    received_at INTEGER,
    dead_letter_source_arn TEXT,
    attributes TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX queue_message_by_visible_at ON queue_message (queue_id, visible_at, id, receive_count);
  CREATE INDEX queue_message_by_sent_at ON queue_message (queue_id, sent_at);
  CREATE TABLE queue_deletion (
    name TEXT PRIMARY KEY,
    deleted_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE queue_secret (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    receipt_key BLOB NOT NULL
  ) STRICT;
`;
