import MessageLog
public import PaperModel

/// Tells work that goes on from campaigns whose submissions were cut off before they were enqueued: no worker ever gets
/// those.
public actor CutOffSubmissions {
  private let deployment: Deployment
  /// A journal never loses entries, so a campaign is looked at until it is enqueued.
  private var enqueued: Set<StreamID> = []

  public init(_ deployment: Deployment) { self.deployment = deployment }

  /// The campaigns that were opened and are not enqueued, if there is nothing else; nil while workers or a submitter go
  /// on with one.
  /// - Parameter open: the campaigns that are not over.
  public func onlyThese(among open: Set<StreamID>) async throws -> [StreamID]? {
    guard open.isDisjoint(with: enqueued) else { return nil }
    guard !open.isEmpty else { return [] }
    if try await hasBegun(open) { return nil }
    var goesOn = try await deployment.submittedNow()
    for waiting in try await deployment.log.browse(.work(.ideate), limit: 100_000) {
      if let stream = StreamID(waiting.message.key) { goesOn.insert(stream) }
    }
    // Looked at again: a submission that has ended until now, and an item that was taken, are noted in the journal.
    return try await !hasBegun(open) && goesOn.isDisjoint(with: open) ? open.sorted() : nil
  }

  /// Whether the journal of one says that it was enqueued, or is damaged: its papers go on.
  private func hasBegun(_ open: Set<StreamID>) async throws -> Bool {
    for campaign in open.sorted() {
      if case .success(let state) = try await deployment.states(of: [campaign])[0], state.isOnlyOpened { continue }
      enqueued.insert(campaign)
      return true
    }
    return false
  }
}
