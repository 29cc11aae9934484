/// The tables of `shoal.sqlite`. Released migration steps never change.
enum StoreSchema {
  /// A message's state, in the column `state`. Partial indices name the numbers.
  enum MessageState: Int64 {
    /// The oldest of its topic and key, and none of them is held.
    case ready = 0
    /// Delivered to `owner`.
    case held = 1
    /// Behind another message of its topic and key.
    case queued = 2
    /// Until `due`, then back to `origin`.
    case waiting = 3
  }

  static let steps = [
    """
    CREATE TABLE journal (
      position INTEGER PRIMARY KEY,
      stream TEXT NOT NULL,
      number INTEGER NOT NULL,
      at INTEGER NOT NULL,
      bytes BLOB NOT NULL,
      UNIQUE (stream, number)
    );
    CREATE TABLE message (
      position INTEGER PRIMARY KEY AUTOINCREMENT,
      topic TEXT NOT NULL,
      key TEXT NOT NULL,
      at INTEGER NOT NULL,
      body BLOB NOT NULL,
      headers TEXT NOT NULL,
      state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
      count INTEGER NOT NULL DEFAULT 0,
      owner TEXT CHECK ((owner IS NOT NULL) = (state = 1)),
      origin TEXT CHECK ((origin IS NOT NULL) = (state = 3)),
      due INTEGER CHECK ((due IS NOT NULL) = (state = 3))
    );
    -- One delivery per key at a time is a rule of the schema.
    CREATE UNIQUE INDEX message_head ON message (topic, key) WHERE state IN (0, 1);
    CREATE INDEX message_ready ON message (topic, position) WHERE state = 0;
    CREATE INDEX message_queued ON message (topic, key, position) WHERE state = 2;
    CREATE INDEX message_held ON message (owner) WHERE state = 1;
    CREATE INDEX message_due ON message (due) WHERE state = 3;
    CREATE INDEX message_topic ON message (topic, position);
    CREATE TABLE control (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE projection (name TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE projection_row (
      name TEXT NOT NULL, key TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (name, key)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE message ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
    DROP INDEX message_ready;
    CREATE INDEX message_ready ON message (topic, priority DESC, position) WHERE state = 0;
    """,
    """
    CREATE TABLE idea (
      template TEXT NOT NULL, subject TEXT NOT NULL, identity TEXT NOT NULL, bytes BLOB NOT NULL,
      PRIMARY KEY (template, subject, identity)
    ) WITHOUT ROWID;
    CREATE TABLE idea_mark (name TEXT PRIMARY KEY) WITHOUT ROWID;
    """,
  ]
}
