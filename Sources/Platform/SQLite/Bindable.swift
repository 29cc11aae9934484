/// A value that a statement's parameter can be: whole and floating-point numbers, text, bytes, and nil for NULL.
public protocol Bindable: Sendable {
  /// Binds the value at the position, which counts from one.
  func bind(to statement: borrowing Statement, at position: Int) throws(SQLiteError)
}

extension Int64: Bindable {
  /// Binds the number.
  public func bind(to statement: borrowing Statement, at position: Int) throws(SQLiteError) {
    try statement.bind(self, at: position)
  }
}

extension Int: Bindable {
  /// Binds the number.
  public func bind(to statement: borrowing Statement, at position: Int) throws(SQLiteError) {
    try statement.bind(Int64(self), at: position)
  }
}

extension Double: Bindable {
  /// Binds the number.
  public func bind(to statement: borrowing Statement, at position: Int) throws(SQLiteError) {
    try statement.bind(self, at: position)
  }
}

extension String: Bindable {
  /// Binds the text.
  public func bind(to statement: borrowing Statement, at position: Int) throws(SQLiteError) {
    try statement.bind(self, at: position)
  }
}

extension [UInt8]: Bindable {
  /// Binds the bytes.
  public func bind(to statement: borrowing Statement, at position: Int) throws(SQLiteError) {
    try statement.bind(self, at: position)
  }
}

extension Optional: Bindable where Wrapped: Bindable {
  /// Binds the value, or NULL if there is none.
  public func bind(to statement: borrowing Statement, at position: Int) throws(SQLiteError) {
    if let value = self { try value.bind(to: statement, at: position) } else { try statement.bindNull(at: position) }
  }
}
