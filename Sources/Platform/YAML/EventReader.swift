internal import CYAML

/// libyaml's parser and the text it reads, freed together.
struct EventReader: ~Copyable {
  // On the heap: the parser keeps a pointer to itself and to the text.
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let file: String

  init(text bytes: [UInt8], file: String) {
    // libyaml skips a byte order mark only if it guesses the encoding.
    let bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes[...]
    self.file = file
    text = .allocate(capacity: max(1, bytes.count))
    _ = text.initialize(from: bytes)
    let isReady = yaml_parser_initialize(parser) == 1
    precondition(isReady, "out of memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    text.deallocate()
  }

  /// Lends the next event to the body.
  func next<Value>(_ body: (borrowing Event) throws(YAMLError) -> Value) throws(YAMLError) -> Value {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
    return try body(Event(event: event))
  }

  private var failure: YAMLError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "unreadable"
    if parser.pointee.error == YAML_READER_ERROR {
      return YAMLError(file: file, mark: mark(offset: parser.pointee.problem_offset), message: problem)
    }
    let place = parser.pointee.problem_mark
    let isTab = place.index < text.count && text[place.index] == UInt8(ascii: "\t")
    let context = parser.pointee.context.map { String(cString: $0) + ": " } ?? ""
    return YAMLError(
      file: file, mark: YAMLMark(place), message: isTab ? "a tab cannot indent; use spaces" : context + problem)
  }

  private func mark(offset: Int) -> YAMLMark {
    let before = text.prefix(max(0, offset))
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? before.startIndex
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    return YAMLMark(line: line, column: String(decoding: before[lineStart...], as: UTF8.self).count + 1)
  }
}

/// One of libyaml's events, freed when it goes out of scope.
struct Event: ~Copyable {
  var event: yaml_event_t

  deinit {
    var copy = event
    yaml_event_delete(&copy)
  }

  var mark: YAMLMark { YAMLMark(event.start_mark) }
}

extension YAMLMark {
  init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }
}
