import Glibc
import HTTPServer
import Testing

/// The addresses on which a server listens, and the options of its sockets.
@Suite struct PlaceTests {
  private static let tools = ["/usr/bin/openssl", "/usr/bin/curl"]
  private static let hasTools = tools.allSatisfy { (path: String) in access(path, X_OK) == 0 }

  private final class Folder: Sendable {
    let path = "/tmp/shoal-http-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    init() throws { try #require(mkdir(path, 0o700) == 0) }
    deinit { _ = Glibc.system("rm -rf '\(path)'") }
    /// A shell's exit status, in the folder.
    func run(_ script: String) async -> Int32 {
      let path = path
      return await onThread { Glibc.system("cd '\(path)' && (\(script)) > said 2>&1") }
    }
    func text(_ name: String) throws -> String {
      let file = try #require(fopen("\(path)/\(name)", "r"))
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = fread(&bytes, 1, bytes.count, file)
      return String(decoding: bytes[..<count], as: UTF8.self)
    }
  }

  @Test(arguments: [
    ("127.0.0.1:9464", "127.0.0.1:9464"), ("[::1]:80", "[::1]:80"), (":0", "0.0.0.0:0"), ("unix:/a/b", "unix:/a/b"),
  ])
  func `addresses are read and written`(_ text: String, _ written: String) throws {
    #expect(try HTTPAddress(text).description == written)
  }

  @Test(arguments: ["", "9464", "localhost:1", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "::1:x", "unix:"])
  func `an invalid address is refused with a sentence`(_ text: String) {
    #expect(throws: HTTPServerError.notAnAddress(text)) { try HTTPAddress(text) }
  }

  @Test func `a Unix socket serves, is removed with its server, and replaces a stale one`()
    async throws
  {
    let folder = try Folder()
    let place = HTTPAddress.unix(path: "\(folder.path)/socket")
    let world = try World(place)
    #expect(await ask(place, get("/")).responseBody == "reached\n")
    #expect(throws: HTTPServerError.inUse(place.description)) { try World(place) }
    await world.close()
    #expect(access("\(folder.path)/socket", F_OK) != 0)
    let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array("\(folder.path)/socket".utf8)) }
    let isBound = withUnsafePointer(to: name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(left, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    #expect(isBound)
    close(left)
    let again = try World(place)
    #expect(await ask(place, get("/")).status == 200)
    await again.close()
  }

  @Test func `a taken port, and too few descriptors, are reported before the server runs`() async throws {
    let world = try World()
    #expect(throws: HTTPServerError.inUse(world.address.description)) { try World(world.address) }
    await world.close()
    var limits = HTTPServerLimits()
    limits.connections = 100_000_000
    let error = #expect(throws: HTTPServerError.self) { try World(limits: limits) }
    #expect(error.map { "\($0)" }?.contains("ulimit -n") == true)
  }

  @Test(.enabled(if: hasTools, "openssl or curl is not installed"))
  func `over TLS only clients that trust the certificate are answered, as strictly as without`() async throws {
    let folder = try Folder()
    let made = await folder.run(
      "openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out certificate -days 2 -subj /CN=localhost "
        + "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 && openssl genrsa -out other 2048")
    try #require(made == 0)
    let identity = TLSIdentity(certificate: try folder.text("certificate"), key: try folder.text("key"))
    #expect(!"\(identity)".contains("PRIVATE"))
    let world = try World(identity: identity)
    let url = "https://\(world.address)/papers/p/log"
    let curl = "curl --silent --max-time 10 --noproxy '*'"
    #expect(await folder.run("\(curl) --cacert certificate \(url)") == 0)
    #expect(try folder.text("said") == "p -\n")
    #expect(await folder.run("\(curl) \(url)") != 0)
    #expect(await folder.run("\(curl) --cacert certificate --tls-max 1.1 \(url)") != 0)
    #expect(await folder.run("\(curl) --cacert certificate -d abc -H 'Content-Length: 3' -H 'X : y' \(url)") == 0)
    #expect(try folder.text("said").contains("characters that names do not have"))
    #expect(await folder.run("\(curl) \(url.replacing("https", with: "http"))") != 0)
    await world.close()
    let mixed = TLSIdentity(certificate: try folder.text("certificate"), key: try folder.text("other"))
    let error = #expect(throws: HTTPServerError.self) { try World(identity: mixed) }
    #expect(error.map { "\($0)" }?.contains("certificate and key") == true)
  }
}
