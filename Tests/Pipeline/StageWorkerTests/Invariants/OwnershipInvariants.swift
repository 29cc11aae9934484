import PaperModel
import PipelineRules

/// Fenced: only the newest claim writes, and only until it records its own end.
func fenced(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  for (stream, entries) in evidence.journals {
    var state = StreamState(stream)
    for entry in entries {
      if needsClaim(entry.fact) {
        let author = evidence.authors[stream]?[entry.number]
        if state.claim?.isOver != false || author != state.claim?.worker {
          found.append(
            .init(
              invariant: .fenced, stream: stream,
              text: "\(entry.fact.word) at \(entry.number) by \(author?.name ?? "nobody") without the claim"))
        }
      }
      state.take(entry)
    }
  }
  return found
}

private func needsClaim(_ fact: JournalEntry.Fact) -> Bool {
  switch fact {
  case .opened, .claimed, .cancelled, .capChanged, .granted, .settledLate, .replayed: false
  default: true
  }
}

/// NothingLost and PaperAlive: a stream that has not ended has a message, or an open run that will send one.
func nothingLost(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  for (stream, entries) in evidence.journals where stream.kind != .run && !entries.isEmpty {
    let state = evidence.state(stream)
    if state.end == nil, !isAlive(state, evidence) {
      found.append(.init(invariant: .nothingLost, stream: stream, text: "no message for \(state.stage)"))
    }
    // Papers that no worker has claimed yet.
    for item in state.following[.ideate] ?? [] where evidence.journals[item.stream] == nil {
      let isThere = evidence.isLive(item.stream) || evidence.isLive(stream)
      if !isThere { found.append(.init(invariant: .nothingLost, stream: item.stream, text: "never published")) }
    }
  }
  return found
}

private func isAlive(_ state: StreamState, _ evidence: Evidence) -> Bool {
  let hasItem = evidence.live.contains { item in
    guard item.stream == state.stream else { return false }
    if item.stage == state.stage { return true }
    // Delivered again, it publishes what follows unless that is claimed.
    return state.following[item.stage]?.contains { $0.stage == state.stage } == true
      && !state.claimed.contains(state.stage)
  }
  return hasItem || (state.stage.mayAsk && state.asked.contains { evidence.isLive($0.ask.run) })
}

/// RunAlive and AskedFirst: a run that was asked for has ended, or has a message, or its paper's next visit publishes
/// it; and every run was asked for.
func runAlive(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  var asked: Set<StreamID> = []
  for stream in evidence.journals.keys where stream.kind != .run {
    asked.formUnion(evidence.everAsked(stream))
    let state = evidence.state(stream)
    guard state.end == nil else { continue }
    for run in state.asked {
      let there = evidence.state(run.ask.run)
      let willBePublished = run.end == nil && !run.isPublished && there.claimed.isEmpty
      if there.end == nil, !evidence.isLive(run.ask.run), !willBePublished {
        found.append(.init(invariant: .runAlive, stream: run.ask.run, text: "asked for, not ended, no message"))
      }
    }
  }
  let known = Set(evidence.journals.keys.filter { $0.kind == .run }).union(evidence.published.keys)
  for run in known.subtracting(asked) {
    found.append(.init(invariant: .askedFirst, stream: run, text: "nobody asked for it"))
  }
  return found
}
