import PaperModel

/// The names of facts. A new fact does not compile before it has one, and then its golden message is missed.
enum FactKind: String, CaseIterable {
  case opened, claimed, stepStarted, stepFinished, stepFailed, stepUnsettled, stepAbandoned, settledLate, asked, waiting
  case folded, stageFinished, attemptFailed, released, deadLettered, cancelled, capChanged, replayed, granted

  init(_ fact: JournalEntry.Fact) {
    self =
      switch fact {
      case .opened: .opened
      case .claimed: .claimed
      case .stepStarted: .stepStarted
      case .stepFinished: .stepFinished
      case .stepFailed: .stepFailed
      case .stepUnsettled: .stepUnsettled
      case .stepAbandoned: .stepAbandoned
      case .settledLate: .settledLate
      case .asked: .asked
      case .waiting: .waiting
      case .folded: .folded
      case .stageFinished: .stageFinished
      case .attemptFailed: .attemptFailed
      case .released: .released
      case .deadLettered: .deadLettered
      case .cancelled: .cancelled
      case .capChanged: .capChanged
      case .replayed: .replayed
      case .granted: .granted
      }
  }
}
