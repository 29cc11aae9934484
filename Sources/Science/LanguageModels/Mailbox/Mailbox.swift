internal import Files
internal import Glibc
internal import PaperModel

/// A folder through which a person, an agent or a model without a network answers requests.
///
/// Each request has a folder of its own with `request.md`, the messages as a person reads them and the form that the
/// answer must have, `request.json`, the same for programs, and its pictures. The answer is the file `answer.md` in
/// that folder, written under another name and then renamed.
public struct Mailbox: Sendable {
  /// A request that waits for its answer, or has it.
  public struct Letter: Hashable, Sendable {
    /// The name of its folder.
    public let name: String
    /// The path of its folder.
    public let path: String
    public let isAnswered: Bool
  }

  public static let requestFile = "request.md"
  public static let programFile = "request.json"
  public static let answerFile = "answer.md"
  /// A longer answer is refused.
  public static let mostAnswerBytes = 16 << 20

  private let folder: String

  public init(folder: String) { self.folder = folder }

  /// Puts a request there, unless it is there already. What was put once is never changed, so that an answer fits it.
  /// - Parameters:
  ///   - name: letters, digits, dots, hyphens and underscores; the same request has the same name again.
  ///   - images: the bytes of its pictures by digest.
  public func post(_ request: ModelRequest, as name: String, images: [String: [UInt8]] = [:]) throws(MailboxError) {
    let place = try path(of: name)
    try check(Folders.create(place), place)
    let text = LetterText(request)
    for (index, blob) in text.images.enumerated() {
      try write(images[blob.digest] ?? [], to: "\(place)/\(LetterText.imageName(index))")
    }
    try write(Array(text.markdown.utf8), to: "\(place)/\(Self.requestFile)")
    // Last: with it the request is whole.
    try write(text.json, to: "\(place)/\(Self.programFile)")
  }

  /// The answer to a request; nil while there is none.
  /// - Throws: `MailboxError` if it can't be read, is too long, no UTF-8, or empty.
  public func answer(to name: String) throws(MailboxError) -> String? {
    let file = "\(try path(of: name))/\(Self.answerFile)"
    guard let bytes = try read(file) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw MailboxError("\(file) is not UTF-8 text; write it again")
    }
    guard text.contains(where: { !$0.isWhitespace }) else {
      throw MailboxError("\(file) is empty; write the answer under another name and rename it to \(Self.answerFile)")
    }
    return text
  }

  /// How many seconds ago a request was put there.
  func age(of name: String, at microseconds: Int64) throws(MailboxError) -> Int {
    var facts = stat()
    guard stat("\(try path(of: name))/\(Self.programFile)", &facts) == 0 else { return 0 }
    return max(0, Int(microseconds / 1_000_000) - facts.st_mtim.tv_sec)
  }

  /// All requests, by name.
  public func letters() throws(MailboxError) -> [Letter] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw MailboxError("\(folder) can't be listed (\(String(cString: strerror(errno))))")
    }
    defer { closedir(stream) }
    var letters: [Letter] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard !name.hasPrefix("."), exists("\(folder)/\(name)/\(Self.programFile)") else { continue }
      letters.append(
        Letter(name: name, path: "\(folder)/\(name)", isAnswered: exists("\(folder)/\(name)/\(Self.answerFile)")))
    }
    return letters.sorted { $0.name < $1.name }
  }

  private func path(of name: String) throws(MailboxError) -> String {
    let isName =
      !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".")
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || [0x2e, 0x2d, 0x5f].contains(byte)
      }
    guard isName else { throw MailboxError("“\(name)” can't name a request") }
    return "\(folder)/\(name)"
  }

  private func write(_ bytes: [UInt8], to path: String) throws(MailboxError) {
    let code = WholeFile.create(path, with: bytes)
    if code != EEXIST { try check(code, path) }
  }

  private func check(_ code: Int32, _ path: String) throws(MailboxError) {
    guard code == 0 else { throw MailboxError("\(path) can't be written (\(String(cString: strerror(code))))") }
  }

  private func exists(_ path: String) -> Bool {
    var facts = stat()
    return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
  }

  private func read(_ path: String) throws(MailboxError) -> [UInt8]? {
    // Without waiting, also if it is a pipe.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw MailboxError("\(path) can't be read (\(String(cString: strerror(errno))))")
    }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw MailboxError("\(path) is not a file")
    }
    guard facts.st_size <= Self.mostAnswerBytes else {
      throw MailboxError("\(path) is longer than \(Self.mostAnswerBytes >> 20) MiB")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= Self.mostAnswerBytes {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return bytes }
      guard count > 0 else { throw MailboxError("\(path) can't be read (\(String(cString: strerror(errno))))") }
      bytes += buffer.prefix(count)
    }
    throw MailboxError("\(path) is longer than \(Self.mostAnswerBytes >> 20) MiB")
  }
}

/// What is wrong with a mailbox or an answer in it: a sentence without its full stop.
public struct MailboxError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}
