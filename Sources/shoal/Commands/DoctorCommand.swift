import CommandTable
import EmbeddedStore
import Operations
import PaperModel
import Sandbox

/// `shoal doctor`
enum DoctorCommand {
  static let entry = CommandList.Entry(
    command: Command(
      "doctor", summary: "check whether this machine has what papers need",
      discussion: """
        Tests the sandbox with real jobs, on each GPU too, the Python environment and its packages, LaTeX, the PDF \
        tools, space, permissions and the database in the data folder, and the limit on open files. Each line is ok, \
        weak (it works, but less well) or broken, and says what to install or change. Ends with 1 if something is \
        broken. Creates nothing.

        For a cluster it also checks whether brokers answer and admit this user, whether the topics are right, and \
        whether the store supports what journals need, which is tested with a file that is removed again.
        """,
      examples: [.init("shoal doctor", "Checks everything.")]),
    run: run)

  @Sendable private static func run(_ invocation: Invocation, _ terminal: Terminal) async throws -> Int32 {
    let settings = try Settings(invocation)
    let python = PythonEnvironment(path: settings.python)
    var findings = await Sandbox.probe(python: python).map(DoctorFinding.init)
    try Task.checkCancellation()
    let hasSandbox = !findings.contains { $0.state == .broken }
    if hasSandbox { findings.append(try await PythonPackages.finding(settings)) }
    if hasSandbox { findings += await GPUDriver.ofThisMachine.probe().map(DoctorFinding.init) }
    findings += MachineChecks.programs() + MachineChecks.folder(settings.data) + [MachineChecks.openFiles()]
    if settings.cluster == nil, let store = MachineChecks.store(await EmbeddedStore.health(of: settings.data)) {
      findings.append(store)
    }
    if let cluster = settings.cluster { findings += await ClusterChecks.findings(cluster) }
    let isBroken = findings.contains { $0.state == .broken }
    let width = findings.map { $0.subject.count }.max() ?? 0
    let text = findings.map {
      "\(Lines.padded($0.state.rawValue, 6))  \(Lines.padded($0.subject, width))  \($0.text)"
    }.joined(separator: "\n")
    try terminal.print(text, orJSON: findings, isJSON: invocation.isSet("json"))
    return isBroken ? ExitCode.failure : ExitCode.success
  }
}

/// The result of one check.
struct DoctorFinding: Codable, Equatable {
  enum State: String, Codable { case ok, weak, broken }
  let state: State
  let subject: String
  /// What was found, and what to change unless it is ok.
  let text: String

  init(_ state: State, _ subject: String, _ text: String) {
    self.state = state
    self.subject = subject
    self.text = text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  init(_ finding: SandboxFinding) {
    let state: State =
      switch finding.severity {
      case .works: .ok
      case .weaker: .weak
      case .broken: .broken
      }
    self.init(state, finding.subject, finding.text)
  }
}
