import Glibc

/// An Apache Kafka broker for one run, started by the scripts that SHOAL_TEST_KAFKA names.
struct Broker {
  /// `HOST:PORT`.
  let address: String
  private let scripts: String
  private let folder: String

  init(_ folder: String) async throws {
    guard let scripts = getenv("SHOAL_TEST_KAFKA").map({ String(cString: $0) }), !scripts.isEmpty else {
      throw Children.Problem(description: "SHOAL_TEST_KAFKA names no folder with Kafka's start and stop scripts")
    }
    self.scripts = scripts
    self.folder = folder
    _ = try await Children.time(["\(scripts)/start", "--port", "\(try Self.freePort())", folder])
    // However this process and its group end, the broker ends with it.
    _ = try Children.start([
      "/usr/bin/setsid", "/bin/sh", "-c",
      "while kill -0 $1 2>/dev/null; do sleep 1; done; [ ! -d \"$2\" ] || exec \"$0\" \"$2\"",
      "\(scripts)/stop", "\(getpid())", folder,
    ])
    let key = "KAFKA_BOOTSTRAP="
    guard let line = try Children.lines(of: "\(folder)/env").first(where: { $0.hasPrefix(key) }) else {
      throw Children.Problem(description: "\(folder)/env does not name the broker")
    }
    address = String(line.dropFirst(key.count))
  }

  func stop() async throws { _ = try await Children.time(["\(scripts)/stop", folder]) }

  /// A port that was free a moment ago; the broker takes the two after it too.
  static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw Children.Problem(description: "no free port was found") }
    return UInt16(bigEndian: address.sin_port)
  }
}
