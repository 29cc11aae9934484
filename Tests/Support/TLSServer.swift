internal import CLinux
internal import ChildProcesses
internal import Glibc
internal import Threads

/// An encrypted server of this machine with a certificate of its own for `localhost`, which answers every GET with a
/// short text. It ends, and its files are removed, when `stop` is called or this process ends.
public final class TLSServer: Sendable {
  /// Whether the tools that it needs are installed.
  public static var isInstalled: Bool {
    access("/usr/bin/openssl", X_OK) == 0 && access("/usr/bin/python3", X_OK) == 0
  }

  /// `https://localhost:port`.
  public var url: String { "https://localhost:\(port)" }
  public let port: Int
  /// The certificate, which is its own authority.
  public let certificateFile: String

  private let leash: Leash
  private let process: Task<ChildReport?, Never>

  /// Starts a server and waits until it answers.
  public static func start() async throws -> TLSServer {
    let folder = try TestFiles.newFolder("tls")
    var certificate = ChildCommand("/usr/bin/openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"])
    certificate.arguments += [
      "-keyout", "\(folder)/key.pem", "-out", "\(folder)/cert.pem", "-subj", "/CN=localhost", "-addext",
      "subjectAltName=DNS:localhost",
    ]
    let made = try await ChildProcess.run(certificate)
    guard made.end == .exited(0) else { throw NotStarted(description: made.errors.text) }
    var ready: [Int32] = [-1, -1]
    guard clinux_pipe(&ready) == 0 else { throw NotStarted(description: "no pipe can be made") }
    let server = try TLSServer(folder: folder, ready: ready[1])
    let wasReady = await OwnThread.run("tls-ready") { [descriptor = ready[0]] in
      var byte: UInt8 = 0
      return read(descriptor, &byte, 1) == 1
    }
    close(ready[0])
    guard wasReady else { throw NotStarted(description: "the encrypted server does not start") }
    return server
  }

  private init(folder: String, ready: Int32) throws {
    port = try FreePorts.take(1)[0]
    certificateFile = "\(folder)/cert.pem"
    leash = try Leash()
    var command = ChildCommand("/usr/bin/python3", ["-c", Self.program, folder, String(port)])
    command.inherited = [ready]
    process = leash.run(command) { _ in close(ready) }
  }

  /// Ends it and returns when it is gone.
  public func stop() async {
    leash.cut()
    _ = await process.value
  }

  private static let program = """
    import http.server, os, shutil, ssl, sys, threading
    folder, port = sys.argv[1:]
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"secret")
        def log_message(self, *words): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    os.write(4, b"!")
    os.read(3, 1)
    shutil.rmtree(folder)
    os._exit(0)
    """
}
