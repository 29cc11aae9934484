import Foundation
import Testing

/// What a process holds, according to the kernel: its environment, its open files, its connections, its memory.
struct HeldByProcess {
  /// `NAME=value`, as in its memory.
  let environment: [String]
  /// The targets of its descriptors, without sockets.
  let files: [String]
  let sockets: [Socket]
  private let process: Int32

  enum Socket: Hashable {
    /// To `ADDRESS:PORT`.
    case connected(String)
    /// On `ADDRESS:PORT`, for others to connect to.
    case listening(String)
    /// A Unix socket, by its path; empty if it has none.
    case unix(String)
    /// A socket of another family, by its number.
    case other(String)
  }

  init(_ process: Int32) throws {
    self.process = process
    let bytes = try Self.bytes("/proc/\(process)/environ")
    environment = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    let folder = "/proc/\(process)/fd"
    var files: [String] = []
    var sockets: [Socket] = []
    let known = try Self.sockets(process)
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      // A descriptor that was closed meanwhile is not held.
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)") else {
        continue
      }
      if target.hasPrefix("socket:[") {
        let number = String(target.dropFirst(8).dropLast())
        sockets.append(known[number] ?? .other(number))
      } else {
        files.append(target)
      }
    }
    (self.files, self.sockets) = (files, sockets)
  }

  /// Whether a text is anywhere in the process's writable memory: its heap, its stacks, its data.
  func remembers(_ text: String) throws -> Bool {
    let memory = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/\(process)/mem"))
    defer { try? memory.close() }
    let wanted = Data(text.utf8)
    for line in String(decoding: try Self.bytes("/proc/\(process)/maps"), as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      let ends = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      guard words[1].hasPrefix("rw"), ends.count == 2 else { continue }
      var start = ends[0]
      while start < ends[1] {
        // Pieces overlap, so that a text across two of them is found.
        let end = min(ends[1], start + 4 << 20)
        try memory.seek(toOffset: start)
        if let piece = try? memory.read(upToCount: Int(end - start)), piece.range(of: wanted) != nil { return true }
        start = end == ends[1] ? end : end - UInt64(wanted.count)
      }
    }
    return false
  }

  /// All sockets of the process's network, by their numbers.
  private static func sockets(_ process: Int32) throws -> [String: Socket] {
    var found: [String: Socket] = [:]
    for kind in ["tcp", "tcp6", "udp", "udp6"] {
      for words in try lines("/proc/\(process)/net/\(kind)") where words.count > 9 {
        let isListening = words[3] == "0A"
        found[words[9]] = isListening ? .listening(address(words[1])) : .connected(address(words[2]))
      }
    }
    for words in try lines("/proc/\(process)/net/unix") where words.count > 6 {
      found[words[6]] = .unix(words.count > 7 ? words[7] : "")
    }
    return found
  }

  private static func lines(_ path: String) throws -> [[String]] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return String(decoding: try bytes(path), as: UTF8.self).split(separator: "\n").dropFirst()
      .map { $0.split(separator: " ").map(String.init) }
  }

  /// `0100007F:2384` is 127.0.0.1:9092; of an IPv6 address the last four bytes if it maps an IPv4 one.
  private static func address(_ text: String) -> String {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return text }
    let isMapped = parts[0].count == 32 && parts[0].hasPrefix("0000000000000000FFFF0000")
    guard parts[0].count == 8 || isMapped, let number = UInt32(parts[0].suffix(8), radix: 16) else { return text }
    let bytes = (0..<4).map { String((number >> (8 * $0)) & 0xff) }
    return "\(bytes.joined(separator: ".")):\(port)"
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    return [UInt8](try handle.readToEnd() ?? Data())
  }
}
