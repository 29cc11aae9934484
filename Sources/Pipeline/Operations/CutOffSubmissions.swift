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
    // Before the journals: a submission that has ended until now has noted there that its campaign is enqueued.
    let submitted = try await deployment.submittedNow()
    for campaign in open.sorted() where try await !deployment.state(of: campaign).isOnlyOpened {
      enqueued.insert(campaign)
      return nil
    }
    return submitted.isDisjoint(with: open) ? open.sorted() : nil
  }
}
