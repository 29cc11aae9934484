import EmbeddedStore
import ServiceTestSupport
import Testing

@testable import shoal

@Suite struct DoctorTests {
  @Test func `room and open files are judged by what jobs need`() {
    #expect(MachineChecks.judge(freeMebibytes: 100, "/x").state == .broken)
    #expect(MachineChecks.judge(freeMebibytes: 1000, "/x").state == .weak)
    #expect(MachineChecks.judge(freeMebibytes: 20_480, "/x").text == "20 GiB are free at /x.")
    #expect(MachineChecks.judge(openFiles: 64).state == .broken)
    #expect(MachineChecks.judge(openFiles: 256).state == .weak)
    #expect(MachineChecks.judge(openFiles: 4096).state == .ok)
  }

  @Test func `a missing package is named with the line that installs it`() throws {
    let settings = try Settings(data: "/d", environment: { $0 == "SHOAL_PYTHON" ? "/env" : nil }, file: SettingsFile())
    let finding = PythonPackages.judge(["jax": "1", "numpy": "2"], ["numpy": "2"], settings)
    #expect(finding.state == .broken)
    #expect(finding.text == "Missing: `/env/bin/pip install jax==1` installs them.")
    #expect(PythonPackages.judge(["numpy": "2"], ["numpy": "3"], settings).state == .weak)
    #expect(PythonPackages.judge(["numpy": "2"], ["numpy": "2"], settings).state == .ok)
  }

  @Test func `the templates say which packages they need`() {
    #expect(Set(["jax", "numpy", "matplotlib"]).isSubset(of: PythonPackages.requirements().keys))
  }

  @Test func `a data folder that is not there is not made`() async throws {
    try await withTemporaryFolder { folder in
      let findings = MachineChecks.folder(folder + "/not/there")
      #expect(findings.first?.state == .ok)
      #expect(findings.first?.text.contains("does not exist yet") == true)
      // A machine that builds and tests this has more than a few MiB free.
      #expect(findings.last.map { !$0.text.contains("Only 0 MiB") } == true)
    }
  }

  @Test func `a damaged database is broken, and said without a statement`() async throws {
    try await withTemporaryFolder { folder in
      #expect(await EmbeddedStore.health(of: folder) == .absent)
      try await MadeUpInstallation.make(folder)
      #expect(await EmbeddedStore.health(of: folder) == .sound)
      let path = folder + "/shoal.sqlite"
      var bytes = try FileInput.read(path, limit: 1 << 24)
      for index in 8192..<min(bytes.count, 16_384) { bytes[index] = 0x5a }
      try FileOutput.replace(path, with: bytes)
      let finding = try #require(MachineChecks.store(await EmbeddedStore.health(of: folder)))
      #expect(finding.state == .broken && finding.text.contains("the file is damaged; move it aside"))
      #expect(!finding.text.contains("PRAGMA") && !finding.text.contains("SELECT"))
    }
  }
}
