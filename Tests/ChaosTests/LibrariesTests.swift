#if arch(x86_64)
  import ChildProcesses
  import Foundation
  import Testing

  @Suite("Libraries that only a cluster needs", .timeLimit(.minutes(1)))
  struct LibrariesTests {
    @Test func `libraries are not loaded at the start of the command`() async throws {
      let binary = try Binary(data: "libraries")
      let report = try await binary.run(["--version"], environment: ["LD_TRACE_LOADED_OBJECTS": "1"])
      let loaded = report.output.text
      #expect(loaded.contains("libsqlite3"), "\(loaded)")
      for library in ["librdkafka", "libcurl", "libmicrohttpd", "libssl", "libgnutls"] {
        #expect(!loaded.contains(library), "\(loaded)")
      }
    }

    @Test func `a library that can't be loaded is named`() async throws {
      let binary = try Binary(data: "libraries")
      defer { binary.remove() }
      let folder = binary.data + "-broken"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try Data("no library".utf8).write(to: URL(fileURLWithPath: folder + "/librdkafka.so.1"))
      let report = try await binary.run(
        ["topics", "describe", "--brokers", "127.0.0.1:1"], environment: ["LD_LIBRARY_PATH": folder])
      #expect(report.end == .exited(70))
      let errors = report.errors.text
      #expect(errors.contains("librdkafka.so.1 can't be used") && errors.contains("deploy/install"), "\(errors)")
    }
  }
#endif
