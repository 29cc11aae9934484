import Glibc
import HTTPServer
import Testing

/// Clients of the endpoints: a probe's request, and Prometheus' own check.
enum Probe {
  static let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first { (path: String) in
    access(path, X_OK) == 0
  }

  static func ask(_ address: HTTPAddress, _ path: String) async throws -> String {
    guard case .tcp(_, let port) = address else { return "" }
    let text = "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let isConnected = withUnsafePointer(to: place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    try #require(isConnected)
    _ = text.withCString { send(descriptor, $0, strlen($0), 0) }
    // Another thread of the pool answers meanwhile.
    var bytes: [UInt8] = []
    while true {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count > 0 { bytes += buffer[..<count] }
      if count == 0 || (count < 0 && errno != EAGAIN) { break }
      if count < 0 { await Task.yield() }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `promtool check metrics` on a text: its exit status and its output.
  static func check(_ text: String) throws -> (status: Int32, output: String) {
    let folder = "/tmp/shoal-metrics-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try #require(mkdir(folder, 0o700) == 0)
    defer {
      for name in ["metrics", "said"] { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    let file = try #require(fopen("\(folder)/metrics", "w"))
    fputs(text, file)
    fclose(file)
    let status = system("\(promtool ?? "false") check metrics < \(folder)/metrics > \(folder)/said 2>&1")
    let said = try #require(fopen("\(folder)/said", "r"))
    defer { fclose(said) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&buffer, 1, buffer.count, said)
    return (status, String(decoding: buffer[..<count], as: UTF8.self))
  }
}
