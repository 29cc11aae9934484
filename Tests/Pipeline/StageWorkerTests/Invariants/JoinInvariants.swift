import PaperModel
import PipelineRules

/// FoldedOnce and FinishedWhole: a result is folded in once and after its run's end; a stage is finished only when all
/// its runs are folded in and its plan is complete.
func foldedOnce(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  for (stream, entries) in evidence.journals where stream.kind != .run {
    var asked: Set<StreamID> = []
    var folded: Set<StreamID> = []
    for entry in entries {
      switch entry.fact {
      case .replayed: (asked, folded) = ([], [])
      case .asked(_, _, let asks, _):
        for ask in asks where !asked.insert(ask.run).inserted {
          found.append(.init(invariant: .foldedOnce, stream: stream, text: "\(ask.run) is asked for twice"))
        }
      case .folded(let run, let end, _):
        if !folded.insert(run).inserted {
          found.append(.init(invariant: .foldedOnce, stream: stream, text: "\(run) is folded in twice"))
        }
        if !asked.contains(run) || !hasEnded(run, as: end, evidence) {
          found.append(.init(invariant: .foldedOnce, stream: stream, text: "\(run) is folded in before its end"))
        }
      case .waiting where asked == folded:
        found.append(.init(invariant: .nothingLost, stream: stream, text: "waits for nothing"))
      case .stageFinished(.design, _, _, _):
        if asked != folded || asked.count != evidence.wantedRuns {
          found.append(
            .init(
              invariant: .finishedWhole, stream: stream,
              text: "\(asked.count) asked for, \(folded.count) folded, \(evidence.wantedRuns) wanted"))
        }
      default: break
      }
    }
  }
  return found
}

private func hasEnded(_ run: StreamID, as end: RunEnd, _ evidence: Evidence) -> Bool {
  (evidence.journals[run] ?? []).contains { entry in
    switch (entry.fact, end) {
    case (.stageFinished(_, _, let result, _), .finished(let folded)): result == folded
    case (.deadLettered, .dead), (.cancelled, .cancelled): true
    default: false
    }
  }
}

/// NothingWasted: without a fault, every run is published once and nothing is executed twice.
func nothingWasted(_ evidence: Evidence) -> [Violation] {
  evidence.published.filter { $0.value > 1 }.map {
    Violation(invariant: .nothingWasted, stream: $0.key, text: "published \($0.value)×")
  }
}

/// The violations of invariants that hold at every moment.
func violations(_ evidence: Evidence) -> [Violation] {
  accounted(evidence) + withinCap(evidence) + oneResult(evidence) + paidTwiceOnlyByTakeover(evidence)
    + neverAskedAnew(evidence) + neverGivenUpInVain(evidence) + endIsWhole(evidence) + fenced(evidence)
    + nothingLost(evidence) + runAlive(evidence)
    + foldedOnce(evidence) + ledger(evidence)
}

/// ComesToAnEnd: once there are no more faults, every stream ends and every message is finished.
func violationsAtTheEnd(_ evidence: Evidence) -> [Violation] {
  var found: [Violation] = []
  for stream in evidence.journals.keys where evidence.state(stream).end == nil {
    found.append(.init(invariant: .comesToAnEnd, stream: stream, text: "stands at \(evidence.state(stream).stage)"))
  }
  for item in evidence.live {
    found.append(.init(invariant: .comesToAnEnd, stream: item.stream, text: "\(item.stage) lies in the log"))
  }
  return found
}
