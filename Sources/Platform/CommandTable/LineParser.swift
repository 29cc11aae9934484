@preconcurrency internal import CLinux
internal import Glibc

/// Reads one command's flags and arguments with getopt_long.
struct LineParser {
  private let path: [String]
  private let command: Command
  private let flags: [Flag]

  init(program: Program, path: [String], command: Command) {
    self.path = [program.root.name] + path
    self.command = command
    flags = command.flags + program.commonFlags
  }

  /// Parses the words after the command's name.
  func parse(_ words: [String]) throws(UsageError) -> Invocation {
    var invocation = Invocation(path: path, command: command, flags: flags)
    for found in try read(words) {
      switch found {
      case .argument(let word): invocation.words.append(word)
      case .flag(let flag, let text): try add(flag, text, to: &invocation)
      }
    }
    try invocation.checkArguments()
    return invocation
  }

  private func add(_ flag: Flag, _ text: String?, to invocation: inout Invocation) throws(UsageError) {
    guard invocation.values[flag.name] == nil || flag.isRepeatable else {
      throw failure("--\(flag.name) is given twice")
    }
    guard let kind = flag.kind, let text else {
      invocation.values[flag.name, default: []].append(.toggle)
      return
    }
    guard let value = kind.parse(text) else {
      var near = ""
      if case .choice(let known) = kind { near = question(for: text, among: known) }
      throw failure("--\(flag.name) needs \(kind.wanted), not “\(text)”\(near)")
    }
    invocation.values[flag.name, default: []].append(value)
  }

  private enum Found { case flag(Flag, String?), argument(String) }

  /// getopt keeps its position in globals: one line at a time.
  private func read(_ words: [String]) throws(UsageError) -> [Found] {
    pthread_mutex_lock(getoptLock.mutex)
    defer { pthread_mutex_unlock(getoptLock.mutex) }
    let storage = Storage(words: [path[0]] + words, flags: flags)
    optind = 0
    opterr = 0
    var found: [Found] = []
    var place = 1
    while true {
      let code = getopt_long(Int32(storage.count), storage.argv, storage.shorts, storage.options, nil)
      let word = place <= words.count ? words[place - 1] : ""
      if code == -1 { break }
      found.append(try understand(code, word))
      place = Int(optind)
    }
    return found + words.dropFirst(Int(optind) - 1).map { .argument($0) }
  }

  /// One of getopt's results, with the argument that it began with.
  private func understand(_ code: Int32, _ word: String) throws(UsageError) -> Found {
    let isLong = word.hasPrefix("--")
    let name = String(word.dropFirst(2).prefix { $0 != "=" })
    switch code {
    case Storage.argument: return .argument(String(cString: optarg))
    case Int32(UInt8(ascii: "?")), Int32(UInt8(ascii: ":")):
      throw isLong ? longFailure(name) : shortFailure(Character(UnicodeScalar(UInt8(truncatingIfNeeded: optopt))))
    case Storage.firstLong...:
      let flag = flags[Int(code - Storage.firstLong)]
      // getopt takes `--templ` for `--template`; such a short cut would break when a flag is added.
      guard flag.name == name else { throw longFailure(name) }
      return .flag(flag, try value(of: flag, wasJoined: word.contains("=")))
    default:
      let letter = Character(UnicodeScalar(UInt8(truncatingIfNeeded: code)))
      guard let flag = flags.first(where: { $0.short == letter }) else { throw shortFailure(letter) }
      return .flag(flag, try value(of: flag, wasJoined: false))
    }
  }

  /// A flag's name in place of a value is more likely a forgotten value.
  private func value(of flag: Flag, wasJoined: Bool) throws(UsageError) -> String? {
    guard flag.kind != nil, let optarg else { return nil }
    let text = String(cString: optarg)
    guard wasJoined || !text.hasPrefix("--") else {
      throw failure("--\(flag.name) needs a value; write --\(flag.name)=\(text) if that is one")
    }
    return text
  }

  private func longFailure(_ name: String) -> UsageError {
    guard let flag = flags.first(where: { $0.name == name }) else {
      return failure("unknown flag --\(name)\(question(for: name, among: flags.map(\.name), prefix: "--"))")
    }
    return failure(flag.kind == nil ? "--\(name) takes no value" : "--\(name) needs a value")
  }

  private func shortFailure(_ letter: Character) -> UsageError {
    guard let flag = flags.first(where: { $0.short == letter }) else { return failure("unknown flag -\(letter)") }
    return failure("-\(letter) (--\(flag.name)) needs a value")
  }

  private func failure(_ message: String) -> UsageError { UsageError(path: path, message: message) }
}

/// pthread's own, which every sanitizer knows.
private final class GetoptLock: @unchecked Sendable {
  let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  init() { pthread_mutex_init(mutex, nil) }
}

private let getoptLock = GetoptLock()
