import Journal
import Operations
import PaperModel
import Projections

/// Reports work that waits for a GPU which this process does not have, so that it does not wait silently.
enum GPUNotice {
  static func show(_ plan: WorkerPlan, _ work: WorkChoice, _ installation: Installation, _ terminal: Terminal)
    async throws
  {
    guard plan.gpus == nil, work.runs.contains(.gpu) else { return }
    let deployment = installation.deployment
    for stream in try await installation.board(report: terminal.note).openCampaigns() {
      guard case .opened(let opening)? = try await deployment.journal.entries(of: stream, from: 0).first?.fact,
        opening.device == .gpu
      else { continue }
      terminal.note(
        "Experiments of \(stream.name) need a GPU, and this process has none: they wait until "
          + "`shoal worker --stages run.gpu` runs on a machine with one.")
    }
  }
}
