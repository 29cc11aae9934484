import HTTPServer
import Testing
@Test func probe() async throws {
  let s = try HTTPServer(.tcp(host: "127.0.0.1", port: 0)) { _ in .text("hi") }
  await s.stop(drainLimit: .seconds(1))
}
