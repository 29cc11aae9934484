import ChildProcesses
import Glibc
import Threads

extension GPUDriver {
  /// Opens what a job with a GPU is given, and lets the driver count the visible devices.
  private static let trial = """
    import ctypes, os, sys
    for path in sys.argv[1:]: os.close(os.open(path, os.O_RDWR))
    cuda = ctypes.CDLL('libcuda.so.1')
    count = ctypes.c_int(0)
    code = cuda.cuInit(0) or cuda.cuDeviceGetCount(ctypes.byref(count))
    print('code', code, 'devices', count.value)
    """

  /// Looks for GPUs and tests with a real job on each whether it and no other can be used in the sandbox. Nothing is
  /// `.broken`: experiments on processors need no GPU.
  public func probe(_ configuration: Sandbox.Configuration = Sandbox.Configuration()) async -> [SandboxFinding] {
    guard isInstalled else {
      let text = "None: nvidia-smi is not installed. Experiments run on processors."
      return [SandboxFinding(severity: .works, subject: "GPU", text: text)]
    }
    do throws(SandboxError) {
      let all = try await gpus()
      if all.isEmpty {
        let text = "nvidia-smi finds none; look whether the driver is loaded."
        return [SandboxFinding(severity: .weaker, subject: "GPU", text: text)]
      }
      let sandbox = try await OwnThread.run("gpu-probe") { () throws(SandboxError) in try Sandbox(configuration) }
      var findings: [SandboxFinding] = []
      for gpu in all { findings.append(await finding(gpu, of: all, in: sandbox)) }
      return findings
    } catch { return [SandboxFinding(severity: .weaker, subject: "GPU", text: "\(error)")] }
  }

  private func finding(_ gpu: GPU, of all: [GPU], in sandbox: Sandbox) async -> SandboxFinding {
    let subject = "GPU \(gpu.index)"
    let name = gpu.memoryMebibytes.map { "\(gpu.name), \($0) MiB" } ?? gpu.name
    do throws(SandboxError) {
      guard let access = try await accesses(to: [gpu], of: all).first else { throw .gpu("there is no \(subject)") }
      var job = SandboxJob(command: ["python3", "-c", Self.trial])
      job.command += access.devices.map(\.sandboxPath).filter { $0 != "/dev/nvidia-caps" }
      job.limits.wallTime = patience
      access.open(&job, isContained: sandbox.configuration.containment != .none)
      let report = try await sandbox.run(job)
      if report.outputTail == "code 0 devices 1\n" {
        return SandboxFinding(severity: .works, subject: subject, text: "\(name); a job sees it and no other.")
      }
      let said = (report.outputTail + report.errorsTail).split(separator: "\n").last.map(String.init) ?? "\(report.end)"
      return SandboxFinding(
        severity: .weaker, subject: subject, text: "\(name); a trial job in the sandbox could not use it: \(said)")
    } catch { return SandboxFinding(severity: .weaker, subject: subject, text: "\(name). \(error)") }
  }
}
