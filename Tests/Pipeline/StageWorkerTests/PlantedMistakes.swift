import MessageLog
import PaperModel
import Synchronization

/// `noPublish`: the next stage is not published.
struct NextStageUnpublished: Mistakes {
  func published(_ messages: [Message], by life: Life, _ log: SimulatedLog) async -> [Message] {
    messages.filter { $0.topic != .work(.plot) }
  }
}

/// `unfenced`: an append goes to the journal's end, even after another worker's claim.
struct Unfenced: Mistakes {
  var isUnfenced: Bool { true }
}

/// `unsettledFree`: a step whose price is not known leaves the books.
struct UnsettledFree: Mistakes {
  func appended(_ fact: JournalEntry.Fact, by life: Life) -> JournalEntry.Fact {
    guard case .stepUnsettled(let step, let attempt, .whole(let result), _) = fact else { return fact }
    return .stepFinished(step, attempt: attempt, result: result, charge: .none)
  }
}

/// `resultLostFree`: an executed step whose result can't be kept is charged nothing.
struct ResultLostFree: Mistakes {
  var forgetsCosts: Bool { true }
}

/// Delays the messages published right after some entry.
final class Late: Mistakes {
  enum Release { case afterFinish, afterWaiting, never }
  private let site: String
  private let topic: Topic
  private let release: Release
  private let held = Mutex<[Message]>([])
  private let log = Mutex<SimulatedLog?>(nil)

  /// - Parameter site: a prefix of the append right before.
  init(_ topic: Topic, after site: String, until release: Release) {
    self.topic = topic
    self.site = site
    self.release = release
  }

  func attach(_ log: SimulatedLog) { self.log.withLock { $0 = log } }

  func published(_ messages: [Message], by life: Life, _ log: SimulatedLog) async -> [Message] {
    guard messages.first?.topic == topic, life.callsOfDelivery.last(where: { $0.hasPrefix("append") }) == site else {
      return messages
    }
    held.withLock { $0 += messages }
    return []
  }

  func finished(_ message: Message, by life: Life, _ log: SimulatedLog) async {
    if release == .afterFinish { letGo() }
  }

  func after(_ fact: JournalEntry.Fact, by life: Life) async {
    if release == .afterWaiting, case .waiting = fact { letGo() }
  }

  private func letGo() {
    let messages = held.withLock { held in
      defer { held = [] }
      return held
    }
    if !messages.isEmpty { log.withLock { $0 }?.publish(messages) }
  }
}

/// `publishFirst`: runs are published before the ask is journaled.
final class PublishFirst: Mistakes {
  private let log = Mutex<SimulatedLog?>(nil)
  func attach(_ log: SimulatedLog) { self.log.withLock { $0 = log } }

  func before(_ fact: JournalEntry.Fact, by life: Life) async {
    guard case .asked(_, _, let asks, _) = fact, !life.isDead else { return }
    let messages = asks.map { Message(WorkItem(stream: $0.run, stage: .run, opening: $0.opening)) }
    log.withLock { $0 }?.publish(messages)
  }
}

/// `everyVisit`: every visit publishes all known runs again.
final class EveryVisit: Mistakes {
  private let log = Mutex<SimulatedLog?>(nil)
  private let known = Mutex<[Message]>([])
  func attach(_ log: SimulatedLog) { self.log.withLock { $0 = log } }

  func after(_ fact: JournalEntry.Fact, by life: Life) async {
    if case .asked(_, _, let asks, _) = fact {
      known.withLock {
        $0 += asks.map { Message(WorkItem(stream: $0.run, stage: .run, opening: $0.opening)) }
      }
    }
    if case .waiting = fact { log.withLock { $0 }?.publish(known.withLock { $0 }) }
  }
}

/// `noRepublish` and `dropEnded`: messages that a second worker would publish for its predecessor are dropped.
struct NothingAgain: Mistakes {
  let topic: Topic
  func published(_ messages: [Message], by life: Life, _ log: SimulatedLog) async -> [Message] {
    let isRepeated = !life.callsOfDelivery.contains { $0.hasPrefix("append asked") || $0.hasPrefix("append stage") }
    return isRepeated && messages.first?.topic == topic && life.worker.name == "second" ? [] : messages
  }
}

/// `foldSettledOnly`: the fold books the settled amount, not the reserved one.
struct FoldSettledOnly: Mistakes {
  func appended(_ fact: JournalEntry.Fact, by life: Life) -> JournalEntry.Fact {
    guard case .folded(let run, let end, let booked) = fact else { return fact }
    return .folded(run: run, end: end, booked: min(booked, Script.cost))
  }
}

/// `ordinalByCall`: a step's ordinal counts all steps of its name in this life, whatever their requests.
final class OrdinalByCall: Mistakes {
  private let taken = Mutex<[WorkerID: [StepID]]>([:])

  func appended(_ fact: JournalEntry.Fact, by life: Life) -> JournalEntry.Fact {
    switch fact {
    case .stepStarted(let step, let attempt, let money):
      .stepStarted(renumbered(step, life), attempt: attempt, reserved: money)
    case .stepFinished(let step, let attempt, let result, let charge):
      .stepFinished(renumbered(step, life), attempt: attempt, result: result, charge: charge)
    default: fact
    }
  }

  private func renumbered(_ step: StepID, _ life: Life) -> StepID {
    taken.withLock { taken in
      let alike = taken[life.worker, default: []].filter { $0.stage == step.stage && $0.name == step.name }
      let ordinal = alike.firstIndex(of: step) ?? alike.count
      if ordinal == alike.count { taken[life.worker, default: []].append(step) }
      return StepID(
        stage: step.stage, visit: step.visit, name: step.name, ordinal: ordinal, requestDigest: step.requestDigest)
    }
  }
}

/// `checkedBefore`: steps compare their reservations with the budget before they append them, not with the append.
final class CheckedBefore: Mistakes {
  private let looked = Doorbell()
  private let started = Doorbell()

  func reserved(_ worst: Money, with surroundings: any Surroundings) async throws -> Money {
    guard worst == Script.large else { return worst }
    guard await worst <= surroundings.remaining() else { throw Failure.noRoom }
    looked.ring()
    // Both steps have looked before either appends.
    try await looked.wait(past: 1)
    return .zero
  }

  func appended(_ fact: JournalEntry.Fact, by life: Life) -> JournalEntry.Fact {
    guard case .stepStarted(let step, let attempt, .zero) = fact else { return fact }
    started.ring()
    return .stepStarted(step, attempt: attempt, reserved: Script.large)
  }

  /// Neither gives back a part of its reservation before the other is appended.
  func working(on attempt: StepAttempt) async throws {
    if attempt.step.name == "model" { try await started.wait(past: 1) }
  }
}

/// `givenUpWhileOpen`: the budget is exhausted for a step that would fit once an open one has ended.
struct GivenUpWhileOpen: Mistakes {
  func reserved(_ worst: Money, with surroundings: any Surroundings) async throws -> Money {
    guard await worst <= surroundings.remaining() else { throw Failure.noRoom }
    return worst
  }
}

extension Failure {
  fileprivate static let noRoom = Failure(kind: budgetExhaustedKind, "The budget was looked at, and is too small.")
}

extension Life {
  /// The calls since the latest delivery was taken.
  var callsOfDelivery: ArraySlice<String> {
    let calls = calls
    return calls[(calls.lastIndex(of: "next") ?? 0)...]
  }
}
