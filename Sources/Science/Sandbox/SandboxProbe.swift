import ChildProcesses
import Glibc
import Threads

extension Sandbox {
  /// Tests on this machine what jobs will need, by running some, and says in plain words what to change.
  ///
  /// - Parameter python: tested as well if given.
  /// - Returns: findings in the order in which they were tested; containment holds if none is `.broken`. If the task is
  ///   cancelled the rest is reported as broken for that reason.
  public static func probe(
    _ configuration: Configuration = Configuration(), python: PythonEnvironment? = nil
  ) async -> [SandboxFinding] {
    let sandbox: Sandbox
    do throws(SandboxError) {
      sandbox = try await OwnThread.run("job-probe") { () throws(SandboxError) in try Sandbox(configuration) }
    } catch { return [SandboxFinding(severity: .broken, subject: "sandbox", text: "\(error)")] }
    var findings = [await sandbox.probeContainment()]
    guard findings[0].severity != .broken else { return findings }
    findings.append(await sandbox.probeDisk())
    if let python { findings.append(await sandbox.probePython(python)) }
    return findings
  }

  /// Whether a job that needs nothing begins here.
  func launchesTrial() async -> Bool {
    do throws(SandboxError) { return try await run(Self.trial(["/bin/true"])).end == .exited(0) } catch { return false }
  }

  private func probeContainment() async -> SandboxFinding {
    func finding(_ severity: SandboxFinding.Severity, _ text: String) -> SandboxFinding {
      SandboxFinding(severity: severity, subject: "containment", text: text)
    }
    guard configuration.containment == .bubblewrap else {
      return finding(
        .weaker, "Jobs are not contained at all, as was asked for: they can read files and use the network.")
    }
    do throws(SandboxError) {
      let report = try await run(Self.trial(["/bin/true"]))
      guard report.end == .exited(0) else {
        return finding(.broken, "A trial job ended with \(report.end): \(report.errorsTail)")
      }
      return finding(.works, "A trial job ran in its own namespaces in \(report.wallTime.milliseconds) ms.")
    } catch { return finding(.broken, "\(error)" + Self.advice(for: "\(error)")) }
  }

  private func probeDisk() async -> SandboxFinding {
    func finding(_ severity: SandboxFinding.Severity, _ text: String) -> SandboxFinding {
      SandboxFinding(severity: severity, subject: "disk limit", text: text)
    }
    do throws(SandboxError) {
      let report = try await run(Self.trial(["/bin/true"]))
      if report.diskLimit == .enforced { return finding(.works, "Each job has a file system of its limited size.") }
      return finding(
        .weaker,
        "Job folders are watched, not limited: a job may write past its limit for a fraction of a second. Run as root "
          + "with the right to mount (CAP_SYS_ADMIN) for a firm limit.")
    } catch { return finding(.broken, "\(error)") }
  }

  private func probePython(_ python: PythonEnvironment) async -> SandboxFinding {
    func finding(_ severity: SandboxFinding.Severity, _ text: String) -> SandboxFinding {
      SandboxFinding(severity: severity, subject: "python", text: text)
    }
    guard access(python.path, F_OK) == 0 else {
      return finding(.broken, "\(python.path) is not there; make it with `/usr/bin/python3 -m venv`.")
    }
    var job = python.job(script: "trial.py", files: [JobFile(path: "trial.py", text: "print('it runs')\n")])
    job.limits.wallTime = .seconds(20)
    do throws(SandboxError) {
      let report = try await run(job)
      if report.outputTail == "it runs\n" { return finding(.works, "\(python.path) runs in the sandbox.") }
      return finding(
        .broken,
        "\(python.interpreter) does not run in the sandbox (\(report.end)): \(report.errorsTail). Make it from "
          + "/usr/bin/python3, in a folder that every user can reach.")
    } catch {
      return finding(
        .broken,
        "\(error) Every folder above \(python.path) must let other users pass (chmod o+x), and it must be readable.")
    }
  }

  private static func trial(_ command: [String]) -> SandboxJob {
    var limits = SandboxLimits()
    limits.wallTime = .seconds(10)
    return SandboxJob(command: command, limits: limits)
  }

  /// The usual reasons for which a container can't be built, as far as they can be detected.
  private static func advice(for error: String) -> String {
    var advice: [String] = []
    if number(in: "/proc/sys/kernel/unprivileged_userns_clone") == 0 {
      advice.append("Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1.")
    }
    if number(in: "/proc/sys/user/max_user_namespaces") == 0 || error.contains("namespaces exceeded") {
      advice.append("Allow user namespaces: sysctl user.max_user_namespaces=10000.")
    }
    if number(in: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1 {
      advice.append(
        "AppArmor restricts user namespaces: give bwrap a profile with `userns,`, or set "
          + "kernel.apparmor_restrict_unprivileged_userns=0.")
    }
    if access("/.dockerenv", F_OK) == 0 {
      advice.append("In a Docker container, allow unshare and mount (a seccomp profile with them) or run on the host.")
    }
    return advice.isEmpty ? "" : " " + advice.joined(separator: " ")
  }

  private static func number(in path: String) -> Int? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let text = String(decoding: Pipe.readAll(descriptor, limit: 64), as: UTF8.self)
    return Int(text.filter { $0.isASCII && $0.isNumber })
  }
}

extension Duration {
  fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
