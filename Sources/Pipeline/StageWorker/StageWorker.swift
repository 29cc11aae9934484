import Journal
public import MessageLog
public import PaperModel
import PipelineRules
import WireFormat

/// The budget that usually carries a whole campaign or paper; nil if that is not known.
public typealias UsualBudget = @Sendable (StreamID, Opening) async throws -> Money?

/// Takes deliveries, runs handlers under their limits, turns every end into an outcome, and publishes what follows.
///
/// It depends neither on the kind of the message log, nor on that of the journal, nor on any science.
public struct StageWorker: Sendable {
  private let context: WorkerContext
  private let sleeper: any Clock<Duration>
  private let lot: ParkingLot

  /// Creates a worker.
  /// - Parameters:
  ///   - stores: `events` gets every entry before the delivery that led to it is acknowledged.
  ///   - settlements: knows what lost attempts cost.
  ///   - usualBudget: named where a budget is exhausted.
  ///   - sleeper: times heartbeats, rounds over parked deliveries and the drain limit.
  /// - Precondition: no two handlers have the same stage.
  public init(
    _ configuration: WorkerConfiguration, _ stores: Stores, handlers: [any StageHandler],
    settlements: any Settlements = NoSettlements(), usualBudget: @escaping UsualBudget = { _, _ in nil },
    sleeper: any Clock<Duration> = ContinuousClock(), observer: any WorkerObserver = NoObserver()
  ) {
    self.sleeper = sleeper
    lot = ParkingLot(stores, configuration, sleeper)
    context = WorkerContext(
      configuration: configuration, stores: stores, settlements: settlements,
      handlers: Dictionary(uniqueKeysWithValues: handlers.map { ($0.stage, $0) }), usualBudget: usualBudget,
      observer: observer, rest: IntakeRest(lot))
  }

  /// Works until the task is cancelled, then drains: takes nothing new, lets work in flight continue for the drain
  /// limit, then cancels it and gives its deliveries back.
  /// - Throws: `MessageLogError` or `JournalError` if the worker can't continue.
  public func run() async throws {
    try await context.journal.beat(context.configuration.worker)
    var lanes: [Lane] = []
    for (number, group) in context.configuration.groups.enumerated() {
      lanes.append(Lane(number: number, group: group, first: try await consumer(of: group, number)))
    }
    let result = await serve(lanes)
    await context.rest.closeAll()
    let context = context
    try await Task {
      await context.flushEvents()
      try await context.journal.sayGoodbye(context.configuration.worker)
    }.value
    try result.get()
  }

  /// A group of topics that share slots, and the work on their items.
  private struct Lane: Sendable {
    let number: Int
    let group: WorkerConfiguration.SlotGroup
    /// The consumer until the first rest.
    let first: any MessageConsumer
    let inFlight = InFlightWork()
  }

  private func consumer(
    of group: WorkerConfiguration.SlotGroup, _ number: Int
  ) async throws -> any MessageConsumer {
    let consumer = try await context.log.consumer(of: group.topics.sorted(), worker: context.configuration.worker)
    context.rest.opened(consumer, of: number)
    return consumer
  }

  private func serve(_ lanes: [Lane]) async -> Result<Void, any Error> {
    let beating = Task { try await beat() }
    let cancellations = Task {
      try await CancellationWatcher(context: context, inFlight: lanes.map(\.inFlight)).watch(sleeper)
    }
    defer {
      beating.cancel()
      cancellations.cancel()
    }
    return await withTaskGroup(of: Result<Void, any Error>.self) { group in
      for lane in lanes { group.addTask { await serve(lane) } }
      var first = Result<Void, any Error>.success(())
      for await result in group {
        if case .failure = result {
          if case .success = first { first = result }
          group.cancelAll()
        }
      }
      return first
    }
  }

  private func beat() async throws {
    var reported = ""
    while true {
      try await sleeper.sleep(for: Heartbeat.every)
      do {
        try await context.journal.beat(context.configuration.worker)
        reported = ""
      } catch {
        // A missed heartbeat only makes others take over sooner; the next append says whether the journal is there.
        if "\(error)" != reported { context.observer.observe(.troubled(nil, "\(error)")) }
        reported = "\(error)"
      }
    }
  }

  /// Pulls a delivery whenever a slot is free.
  private func serve(_ lane: Lane) async -> Result<Void, any Error> {
    let slots = Slots(lane.group.slots)
    defer { lane.inFlight.rest() }
    return await withTaskCancellationHandler {
      await pull(lane, slots)
    } onCancel: {
      drain(slots, lane.inFlight)
    }
  }

  /// Gives parked deliveries back at once; work in flight may continue for a while.
  private func drain(_ slots: Slots, _ inFlight: InFlightWork) {
    inFlight.callOff(after: context.configuration.drainLimit, sleeper)
    lot.close()
    slots.close()
  }

  private func pull(_ lane: Lane, _ slots: Slots) async -> Result<Void, any Error> {
    // The group ends when the work in flight has ended.
    await withDiscardingTaskGroup { group in
      var consumer = lane.first
      do {
        while true {
          await slots.take()
          if Task.isCancelled { break }
          let delivery: (any Delivery)?
          do {
            delivery = try await slots.pull { [consumer] in try await consumer.next(of: lane.group.topics) }
          } catch is SlotGone { continue }
          if let delivery {
            group.addTask {
              await lane.inFlight.run(on: StreamID(delivery.message.key)) { await work(on: delivery, slots) }
            }
            continue
          }
          guard await context.rest.isOver(for: lane.number) else { break }
          slots.give()
          consumer = try await self.consumer(of: lane.group, lane.number)
        }
        return .success(())
      } catch is CancellationError {
        return .success(())
      } catch {
        drain(slots, lane.inFlight)
        return .failure(error)
      }
    }
  }

  /// Works on a delivery that has a slot, until it has an outcome and is ended.
  private func work(on delivery: any Delivery, _ slots: Slots) async {
    var hasSlot = true
    var outcome = await outcome(of: delivery)
    while case .park(let parked) = outcome {
      slots.give()
      hasSlot = false
      outcome = await park(parked)
      guard case .park = outcome else { break }
      hasSlot = await slots.takeAgain()
      outcome = hasSlot ? await self.outcome(of: delivery) : .giveBack
    }
    var isEnded = await end(delivery, outcome)
    if hasSlot { slots.give() }
    // The log may be away or refuse this message: the worker would hold it for as long as it lives. Given back instead,
    // a refused message would come again at once, for ever.
    var pauses = WorkerConfiguration.endPauses[...]
    while !isEnded {
      let pause = pauses.first ?? WorkerConfiguration.longestEndPause
      pauses = pauses.dropFirst()
      isEnded = await end(delivery, await lot.pass(pause) ? outcome : .giveBack)
      if lot.isClosed { return }
    }
  }

  /// Parks a delivery until it can be decided again (`.park`), or has an outcome.
  private func park(_ parked: Parked) async -> DeliveryOutcome {
    context.observer.observe(.parked(parked.item.stream, parked.item.stage, claimedBy: parked.owner))
    defer { context.observer.observe(.unparked(parked.item.stream, parked.item.stage)) }
    switch await lot.stay(parked) {
    case .again: return .park(parked)
    case .full: return context.snooze(parked)
    case .stop: return .giveBack
    }
  }

  /// Ends a delivery.
  /// - Returns: false if the log did not take the end, which is reported.
  private func end(_ delivery: any Delivery, _ outcome: DeliveryOutcome) async -> Bool {
    let context = context
    // Ending a delivery is bookkeeping: it is not cancelled with the work.
    return await Task {
      let stream = StreamID(delivery.message.key)
      let isPublished = await context.flushEvents(of: stream)
      do {
        switch outcome {
        case .acknowledge where !isPublished:
          // All items that follow are published; only observers are behind. The item is delivered again and republishes
          // its events.
          try await delivery.retry(afterSeconds: RetryTier.tenSeconds.seconds, headers: [:])
        case .acknowledge: try await delivery.finish()
        case .giveBack: try await delivery.giveBack()
        case .retry(let seconds, let headers): try await delivery.retry(afterSeconds: seconds, headers: headers)
        case .deadLetter(let headers): try await delivery.deadLetter(headers: headers)
        case .park, .visitAgain: preconditionFailure("the delivery is not at its end")
        }
        return true
      } catch {
        context.observer.observe(.troubled(stream, "\(error)"))
        return false
      }
    }.value
  }

  private func outcome(of delivery: any Delivery) async -> DeliveryOutcome {
    let item: WorkItem
    do { item = try WireFormat.decodeWorkItem(delivery.message.body) } catch {
      context.observer.observe(.poison(reason: "\(error)"))
      return .deadLetter(headers: context.headers(of: delivery, for: error))
    }
    do {
      let work = ItemWork(item: item, deliveries: delivery.count, context: context)
      do {
        // A stream that has ended, as by a cancellation, waits for nothing.
        if try await isPaused(item), try await context.state(of: item.stream).end == nil {
          return .park(Parked(item: item, reason: .paused))
        }
        return try await work.run()
      } catch let error as JournalError where error.damagedStream == item.stream {
        return try await work.setAside(error)
      }
    } catch is CancellationError { return .giveBack } catch {
      context.observer.observe(.troubled(item.stream, "\(error)"))
      // Not at once: what troubles the journal now will most likely still do so a millisecond later.
      return .retry(afterSeconds: RetryTier.tenSeconds.seconds, headers: [:])
    }
  }

  private func isPaused(_ item: WorkItem) async throws -> Bool {
    try await context.log.control()[ControlFlag.pause(campaign: item.opening.campaign)] != nil
  }
}
