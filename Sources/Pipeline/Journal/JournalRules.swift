public import PaperModel

extension Heartbeat {
  /// The liveness that a heartbeat implies; both times in microseconds since 1970. A heartbeat from the future is
  /// fresh, because setting a clock must not end a worker.
  public static func liveness(beatAt beat: Int64, now: Int64) -> Liveness {
    let stale = staleAfter.components.seconds * 1_000_000
    return now - beat <= stale ? .alive : .gone
  }
}

extension Heartbeat {
  /// Whether a heartbeat is so old that it is removed; both times in microseconds since 1970.
  public static func isForgotten(beatAt beat: Int64, now: Int64) -> Bool {
    now - beat > forgottenAfter.components.seconds * 1_000_000
  }
}

extension JournalError {
  /// The error for a number that no entry of the stream can have now; nil for the end of the journal and for numbers
  /// already taken.
  public static func refusal(of number: Int64, to stream: StreamID, end: Int64) -> JournalError? {
    guard number < 0 || number > end else { return nil }
    return JournalError(
      .misuse, "Entry \(number) of \(stream) can't be appended: its journal ends at \(end); read it again first.")
  }
}

extension WorkerID {
  /// The name as a file name: characters that file names can't hold become `%` and two hexadecimal digits. Nil for an
  /// empty name and for more than 240 bytes in this form.
  public var fileName: String? {
    let digits = Array("0123456789abcdef".utf8)
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "_"): bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return bytes.isEmpty || bytes.count > 240 ? nil : String(decoding: bytes, as: UTF8.self)
  }

  /// The worker of a file name; nil if `fileName` gives no such name.
  public init?(fileName: some StringProtocol) {
    var bytes: [UInt8] = []
    var rest = Array(fileName.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let decoded = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
      bytes.append(decoded)
      rest = rest.dropFirst(2)
    }
    self.init(String(decoding: bytes, as: UTF8.self))
    guard self.fileName == String(fileName) else { return nil }
  }
}
