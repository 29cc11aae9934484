public import PaperModel
internal import Synchronization

/// An index of ideas that lives as long as its process: for tests and simulations.
public final class InMemoryIdeaIndex: IdeaIndex {
  private struct State {
    var ideas: [IdeaKey: IndexedIdea] = [:]
    var isComplete = false
  }

  private let state = Mutex(State())
  private let clock: any WallClock

  public init(clock: any WallClock = MachineClock()) { self.clock = clock }

  public func reserve(_ idea: IndexedIdea, atMicroseconds: Int64?) async throws -> IndexedIdea {
    var idea = idea
    idea.atMicroseconds = atMicroseconds ?? clock.nowMicroseconds
    return state.withLock { [idea] state in
      if let standing = state.ideas[idea.key] { return standing }
      state.ideas[idea.key] = idea
      return idea
    }
  }

  public func ideas(on template: String, subject: String?, from page: String?, limit: Int) async throws -> IdeaPage {
    let wanted = state.withLock { state in
      state.ideas.values.filter { $0.key.template == template && (subject ?? $0.key.subject) == $0.key.subject }
    }
    let sorted = wanted.sorted { ($0.key.subject, $0.key.identity) < ($1.key.subject, $1.key.identity) }
    let start = page.flatMap(Int.init) ?? 0
    let end = min(sorted.count, start + IdeaRows.checked(limit))
    return IdeaPage(ideas: Array(sorted[start..<end]), next: end < sorted.count ? String(end) : nil)
  }

  public func isComplete() async throws -> Bool { state.withLock(\.isComplete) }

  public func markComplete() async throws { state.withLock { $0.isComplete = true } }
}
