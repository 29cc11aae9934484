import PaperModel

/// A message that must be there.
func required<Value>(_ value: Value?, _ field: StaticString) throws(WireFormatError) -> Value {
  guard let value else { throw .invalid(field, "is missing") }
  return value
}

/// A text that must not be empty.
func notEmpty(_ text: String, _ field: StaticString) throws(WireFormatError) -> String {
  guard !text.isEmpty else { throw .invalid(field, "is empty") }
  return text
}

extension Int64 {
  /// A number of bytes or nanoseconds.
  func notNegative(_ field: StaticString) throws(WireFormatError) -> Int64 {
    guard self >= 0 else { throw .invalid(field, "is negative (\(self))") }
    return self
  }
}

extension UInt32 {
  /// A visit, an attempt or an ordinal to be written.
  init(written count: Int, from first: Int) {
    precondition(count >= first && count <= UInt32.max, "\(count) is no count from \(first)")
    self = UInt32(count)
  }

  /// A visit or an attempt that was read: counted from 1.
  func counted(_ field: StaticString) throws(WireFormatError) -> Int {
    guard self > 0 else { throw .invalid(field, "is missing or 0") }
    return Int(self)
  }
}

extension Priority {
  /// A priority that was read.
  init(read number: Int64, _ field: StaticString) throws(WireFormatError) {
    guard let value = Int(exactly: number), let priority = Priority(value) else {
      throw .invalid(field, "is no priority from -100 to 100 (\(number))")
    }
    self = priority
  }
}

extension Money {
  /// An amount that was read.
  init(read nanodollars: Int64, _ field: StaticString) throws(WireFormatError) {
    guard (0...Self.limit.nanodollars).contains(nanodollars) else {
      throw .invalid(field, "is no amount from 0 to a billion dollars (\(nanodollars))")
    }
    self.init(nanodollars: nanodollars)
  }

  /// The amount to be written.
  var written: Int64 {
    precondition((0...Self.limit.nanodollars).contains(nanodollars), "\(self) is no amount to write")
    return nanodollars
  }
}
