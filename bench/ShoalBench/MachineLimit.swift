import SQLite

/// The limit of the machine itself: single commits in WAL mode with synchronous=FULL, of a row like a journal's.
enum MachineLimit {
  /// Seconds for one commit: the median of five runs of 1,000.
  static func secondsPerCommit() async throws -> Double {
    try await withFolder { folder in
      let connection = try Connection(path: "\(folder)/limit.sqlite")
      try connection.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
      try connection.execute("CREATE TABLE row(position INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")
      let insert = try connection.prepare("INSERT INTO row(bytes) VALUES(zeroblob(150))")
      func commits(_ count: Int) throws -> Double {
        let begin = seconds()
        for _ in 0..<count { try insert.run() }
        return (seconds() - begin) / Double(count)
      }
      _ = try commits(300)
      return try await repeated(5) { try commits(1000) }.median
    }
  }
}
