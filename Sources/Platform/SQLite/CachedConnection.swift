internal import CSQLite

/// A connection that compiles each statement once and keeps it, at most `limit` of them.
///
/// It is lent to the bodies of `Database.write` and `Database.read` and must not be kept.
public struct CachedConnection: ~Copyable {
  /// How many compiled statements are kept; beyond it all are dropped and compiled again when needed.
  public static let limit = 256

  /// The connection itself, for what has no shorter way.
  public let connection: Connection
  private let cache = StatementCache()

  /// Takes over a connection.
  public init(_ connection: consuming Connection) {
    self.connection = connection
  }

  /// Rows changed by the latest INSERT, UPDATE or DELETE.
  public var changes: Int { connection.changes }
  /// The row number that the latest INSERT into an ordinary table gave.
  public var lastInsertRowID: Int64 { connection.lastInsertRowID }

  /// Runs one statement with its values and answers how many rows it changed.
  ///
  /// - Throws: `SQLiteError`; `.misuse` when there are more or fewer values than parameters.
  @discardableResult
  public func run<each Value: Bindable>(_ sql: String, _ values: repeat each Value) throws(SQLiteError) -> Int {
    let kept = try statement(for: sql)
    defer { kept.giveBack() }
    try bind(kept, sql, repeat each values)
    while try kept.statement.step() {}
    return connection.changes
  }

  /// Runs one statement with its values and makes something of each row.
  ///
  /// - Throws: `SQLiteError`, and whatever `row` throws; `.misuse` when there are more or fewer values than parameters.
  public func query<Element, each Value: Bindable>(
    _ sql: String, _ values: repeat each Value, row: (borrowing Row) throws -> Element
  ) throws -> [Element] {
    let kept = try statement(for: sql)
    defer { kept.giveBack() }
    try bind(kept, sql, repeat each values)
    var elements: [Element] = []
    while try kept.statement.step() { elements.append(try row(kept.statement.row)) }
    return elements
  }

  /// Like `query`, for the first row only; nil when there is none.
  public func first<Element, each Value: Bindable>(
    _ sql: String, _ values: repeat each Value, row: (borrowing Row) throws -> Element
  ) throws -> Element? {
    let kept = try statement(for: sql)
    defer { kept.giveBack() }
    try bind(kept, sql, repeat each values)
    return try kept.statement.step() ? try row(kept.statement.row) : nil
  }

  private func bind<each Value: Bindable>(
    _ kept: KeptStatement, _ sql: String, _ values: repeat each Value
  ) throws(SQLiteError) {
    var position = 0
    for value in repeat each values {
      position += 1
      try value.bind(to: kept.statement, at: position)
    }
    // SQLite itself takes a forgotten value for NULL.
    guard position == kept.statement.parameterCount else {
      let words = "\(position) values for \(kept.statement.parameterCount) parameters"
      throw SQLiteError(reason: .misuse, message: words, sql: sql, path: connection.path)
    }
  }

  /// The kept statement for the text, or a new one: also when the kept one is still being read further up the stack.
  private func statement(for sql: String) throws(SQLiteError) -> KeptStatement {
    if let kept = cache.statements[sql], !kept.isInUse {
      kept.isInUse = true
      return kept
    }
    let fresh = KeptStatement(try connection.prepare(sql))
    fresh.isInUse = true
    if cache.statements[sql] == nil {
      if cache.statements.count >= Self.limit { cache.statements.removeAll(keepingCapacity: true) }
      cache.statements[sql] = fresh
    }
    return fresh
  }
}

private final class StatementCache {
  var statements: [String: KeptStatement] = [:]
}

private final class KeptStatement {
  let statement: Statement
  var isInUse = false

  init(_ statement: consuming Statement) { self.statement = statement }

  func giveBack() {
    statement.reset()
    isInUse = false
  }
}
