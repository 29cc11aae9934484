import ChildProcesses
import Glibc
import Testing

@testable import Sandbox

/// The tests of attacks once more as an unprivileged user, when the tests run as root.
@Suite struct NormalUserTests {
  @Test(
    .enabled(if: geteuid() == 0, "the suites have just run as a normal user"), .timeLimit(.minutes(3)),
    arguments: ["JobTests", "ReachTests", "LimitTests", "CollectTests", "LifecycleTests", "GPUJobTests"])
  func `the sandbox holds for a normal user too`(suite: String) async throws {
    var again = try #require(TestProgram.again(filter: suite))
    again.arguments = ["--reuid", "1000", "--regid", "1000", "--clear-groups", again.program] + again.arguments
    again.program = "/usr/bin/setpriv"
    again.limits.time = .seconds(120)
    again.workingDirectory = "/"
    let report = try await ChildProcess.run(again)
    #expect(report.end == .exited(0), "\(report.output.text) \(report.errors.text)")
    #expect((report.output.text + report.errors.text).contains("passed"))
  }
}
