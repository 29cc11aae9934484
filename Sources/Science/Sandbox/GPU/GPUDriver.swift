import ChildProcesses
import Glibc

/// The driver of this machine's GPUs: queries it, and knows where its parts are.
public struct GPUDriver: Sendable {
  /// The folder below which its programs, device files and libraries lie: `/`, or where Shoal's own container has put
  /// them.
  public let root: String
  /// How long one of its programs may take: the first query after a start wakes every device.
  public var patience = Duration.seconds(30)

  /// The driver below a folder.
  public init(root: String = "/") { self.root = root }

  /// The path of a part as this process reaches it.
  func place(_ path: String) -> String { root == "/" ? path : root + path }

  /// Whether the program that lists the GPUs is there.
  public var isInstalled: Bool { listingProgram != nil }

  private var listingProgram: String? {
    ["/usr/bin", "/bin", "/usr/local/bin", "/usr/local/nvidia/bin", "/usr/lib/wsl/lib", "/opt/bin"]
      .map { place("\($0)/nvidia-smi") }.first { access($0, X_OK) == 0 }
  }

  /// The GPUs, in the order of their numbers; none if no driver is installed.
  /// - Throws: `SandboxError.gpu` if the driver does not answer, or not clearly.
  public func gpus() async throws(SandboxError) -> [GPU] {
    guard let program = listingProgram else { return [] }
    return try GPUListing.parse(try await output(of: program, GPUListing.question)).sorted { $0.index < $1.index }
  }

  /// The driver's libraries as the loader knows them.
  func libraries() async throws(SandboxError) -> [DriverLibrary] {
    let places = ["/sbin/ldconfig", "/usr/sbin/ldconfig"].map(place)
    guard let program = places.first(where: { access($0, X_OK) == 0 }) else {
      throw .gpu("ldconfig is neither \(places.joined(separator: " nor ")), so the driver's libraries can't be found")
    }
    let all = DriverLibrary.parse(try await output(of: program, ["-p", "-C", place("/etc/ld.so.cache")]))
    guard all.contains(where: { $0.name == "libcuda.so.1" && access(place($0.path), R_OK) == 0 }) else {
      throw .gpu("libcuda.so.1 is not in the loader's cache; install the driver's libraries and call ldconfig")
    }
    return all
  }

  private func output(of program: String, _ arguments: [String]) async throws(SandboxError) -> String {
    var command = ChildCommand(program, arguments)
    command.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
    if root != "/" {
      let folders = ["/usr/lib/\(DriverLibrary.machine)-linux-gnu", "/usr/lib64"].map(place)
      command.environment["LD_LIBRARY_PATH"] = folders.joined(separator: ":")
    }
    command.limits.time = patience
    command.limits.totalOutputBytes = 4 << 20
    command.limits.keptOutputBytes = 4 << 20
    let report: ChildReport
    do { report = try await ChildProcess.run(command) } catch {
      throw .gpu("\(program) can't be started: \(error)")
    }
    switch (report.stopped, report.end) {
    case (nil, .exited(0)): return report.output.text
    case (.cancelled?, _): throw .cancelled
    case (.timeLimit?, _):
      throw .gpu("\(program) did not answer within \(patience.components.seconds) s; look at the driver's messages")
    default:
      let said = report.output.text + report.errors.text
      if said.contains("No devices were found") { return "" }
      let line = said.split(whereSeparator: \.isNewline).last.map { String($0.prefix(300)) } ?? "it gave no reason"
      throw .gpu("\(program) failed (\(report.end)): \(line)")
    }
  }
}

/// A library of the driver, by the name that programs ask for and the path where it lies.
struct DriverLibrary: Equatable {
  let name: String
  let path: String

  #if arch(x86_64)
    static let machine = "x86_64"
    private static let kind = "x86-64"
  #else
    static let machine = "aarch64"
    private static let kind = "AArch64"
  #endif
  private static let beginnings = ["libcuda.so", "libcudadebugger.so", "libnvidia-"]

  /// Picks the driver's libraries from the output of `ldconfig -p`: `libcuda.so.1 (libc6,x86-64) =>
  /// /usr/lib/…/libcuda.so.1`.
  static func parse(_ listing: String) -> [DriverLibrary] {
    var found: [DriverLibrary] = []
    for line in listing.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 4, let arrow = words.firstIndex(of: "=>"), arrow + 1 < words.count,
        words[1..<arrow].contains(where: { $0.contains(kind) }), words[arrow + 1].hasPrefix("/")
      else { continue }
      let name = String(words[0])
      guard JobPath.isPlain(name), beginnings.contains(where: name.hasPrefix),
        !found.contains(where: { $0.name == name })
      else { continue }
      found.append(DriverLibrary(name: name, path: String(words[arrow + 1])))
    }
    return found
  }
}
