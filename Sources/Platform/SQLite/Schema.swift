/// The steps that created the tables; step i takes a file from `user_version` i to i + 1.
struct Schema: Sendable {
  let steps: [String]

  /// Brings the file up to date in one transaction.
  ///
  /// - Throws: `.newerSchema` when a newer program wrote the file; it is left as it is.
  func migrate(_ connection: borrowing Connection) throws {
    let version = try version(connection)
    guard version <= steps.count else {
      throw SQLiteError(
        reason: .newerSchema(found: version, known: Int64(steps.count)), message: "user_version is \(version)",
        path: connection.path)
    }
    guard version < steps.count else { return }
    try connection.transaction { connection in
      // Read again under the lock: another process may have just done it.
      let reached = try self.version(connection)
      for step in steps.dropFirst(Int(reached)) { try connection.execute(step) }
      try connection.execute("PRAGMA user_version = \(max(reached, Int64(steps.count)))")
    }
  }

  /// Refuses a file that is not up to date, without changing it.
  ///
  /// - Throws: `.newerSchema` or `.olderSchema`.
  func check(_ connection: borrowing Connection) throws(SQLiteError) {
    let version = try version(connection)
    guard version != steps.count else { return }
    let known = Int64(steps.count)
    throw SQLiteError(
      reason: version > known
        ? .newerSchema(found: version, known: known) : .olderSchema(found: version, known: known),
      message: "user_version is \(version)", path: connection.path)
  }

  private func version(_ connection: borrowing Connection) throws(SQLiteError) -> Int64 {
    let statement = try connection.prepare("PRAGMA user_version")
    return try statement.step() ? statement.row.int64(0) : 0
  }
}
