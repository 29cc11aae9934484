internal import Journal
public import PaperModel
internal import SQLite

/// The index of ideas of a data folder: the table `idea`. Reservations that are made at the same time share durable
/// commits.
public struct EmbeddedIdeaIndex: IdeaIndex {
  let store: EmbeddedStore

  public func reserve(_ idea: IndexedIdea, atMicroseconds: Int64?) async throws -> IndexedIdea {
    var idea = idea
    idea.atMicroseconds = atMicroseconds ?? store.clock.nowMicroseconds
    let (key, bytes) = (idea.key, try IdeaRows.encode(idea))
    return try await StoreErrors.ideas {
      try await store.database.write { [idea] connection in
        let inserted = try connection.run(
          """
          INSERT INTO idea (template, subject, identity, bytes) VALUES (?, ?, ?, ?)
          ON CONFLICT (template, subject, identity) DO NOTHING
          """, key.template, key.subject, key.identity, bytes)
        if inserted == 1 { return idea }
        let standing = try connection.first(
          "SELECT bytes FROM idea WHERE template = ? AND subject = ? AND identity = ?", key.template, key.subject,
          key.identity
        ) { try IdeaRows.decode($0.bytes(0), at: "An idea in \(connection.connection.path)") }
        return standing ?? idea
      }
    }
  }

  public func ideas(on template: String, subject: String?, from page: String?, limit: Int) async throws -> IdeaPage {
    let after = try page.map { try CanonicalJSON.decode(IdeaKey.self, from: Array($0.utf8)) }
    let limit = IdeaRows.checked(limit)
    let place = subject == nil ? "(subject, identity)" : "subject = ?2 AND identity"
    let start = subject == nil ? "(?2, ?3)" : "?3"
    let sql = """
      SELECT bytes FROM idea WHERE template = ?1 AND \(place) \(after == nil ? ">=" : ">") \(start)
      ORDER BY subject, identity LIMIT ?4
      """
    let rows = try await StoreErrors.ideas {
      try await store.database.read { connection in
        try connection.query(
          sql, template, subject ?? after?.subject ?? "", after?.identity ?? "", Int64(limit + 1)
        ) { try IdeaRows.decode($0.bytes(0), at: "An idea in \(connection.connection.path)") }
      }
    }
    guard rows.count > limit else { return IdeaPage(ideas: rows, next: nil) }
    let next = String(decoding: try CanonicalJSON.encode(rows[limit - 1].key), as: UTF8.self)
    return IdeaPage(ideas: Array(rows[..<limit]), next: next)
  }

  public func isComplete() async throws -> Bool {
    try await StoreErrors.ideas {
      try await store.database.read { connection in
        try connection.first("SELECT 1 FROM idea_mark WHERE name = ?", IdeaRows.mark) { $0.int64(0) } != nil
      }
    }
  }

  public func markComplete() async throws {
    _ = try await StoreErrors.ideas {
      try await store.database.write { connection in
        try connection.run("INSERT OR IGNORE INTO idea_mark (name) VALUES (?)", IdeaRows.mark)
      }
    }
  }
}
