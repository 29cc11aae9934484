import Glibc
import HTTPServer
import PaperModel
import StageWorker
import Synchronization
import Testing

@testable import Telemetry

@Suite struct MetricsServerTests {
  private static let step = StepID(
    stage: .write, visit: 1, name: "latex", ordinal: 0, requestDigest: String(repeating: "0", count: 64))
  private static let groups = [
    WorkerTelemetry.SlotGroup("papers", stages: [.write, .review], slots: 4),
    WorkerTelemetry.SlotGroup("runs", stages: [.run], slots: 1),
  ]
  /// Seconds that the test sets.
  private final class Elapsed: Sendable {
    let seconds = Atomic<Int>(0)
    var read: @Sendable () -> Duration { { .seconds(self.seconds.load(ordering: .relaxed)) } }
  }

  private func paper(_ number: Int) throws -> StreamID { try #require(StreamID("paper/p-\(number)")) }

  private func telemetry(_ elapsed: Elapsed) -> WorkerTelemetry {
    WorkerTelemetry(
      groups: Self.groups, version: "1.2.3",
      limits: WorkerHealth.Limits(progress: .seconds(100), polling: .seconds(30), heartbeat: .seconds(10)),
      clock: ManualClock(nowMicroseconds: 1_700_000_000_000_000), elapsed: elapsed.read)
  }

  /// Everything that a worker can report, once or a few times.
  private func report(_ telemetry: WorkerTelemetry, _ elapsed: Elapsed) throws {
    let failure = Failure(kind: "latexFailed", "It failed.", retryability: .transient)
    let cost = Charge(
      money: Money(nanodollars: 1_500_000_000), cpuNanoseconds: 2_000_000_000, wallNanoseconds: 700_000_000)
    for number in 1...6 { telemetry.observe(.claimed(try paper(number), .write, visit: 1, attempt: 1)) }
    telemetry.observe(.stepFinished(try paper(1), Self.step, cost))
    telemetry.observe(.stepFinished(try paper(2), Self.step, cost))
    elapsed.seconds.store(20, ordering: .relaxed)
    telemetry.observe(.stageFinished(try paper(1), .write, next: .review))
    telemetry.observe(.willRetry(try paper(2), .write, failure, afterSeconds: 10))
    telemetry.observe(.deadLettered(try paper(3), .write, failure))
    telemetry.observe(.superseded(try paper(4), .write))
    telemetry.observe(.poison(reason: "unreadable"))
    telemetry.observe(.snoozed(try paper(9), .review, reason: "paused", afterSeconds: 10))
    telemetry.observe(.cancelled(try paper(5)))
    telemetry.observe(.folded(try paper(6), run: try #require(StreamID("run/p-6-r1"))))
    telemetry.observe(.troubled(nil, "no bucket"))
  }

  @Test func `a worker's events update the metrics`() throws {
    let elapsed = Elapsed()
    let telemetry = telemetry(elapsed)
    try report(telemetry, elapsed)
    let lines = Set(telemetry.metricsText.split(separator: "\n"))
    for line in [
      "shoal_stage_attempts_total{stage=\"write\"} 6", "shoal_stages_finished_total{stage=\"write\"} 1",
      "shoal_stage_retries_total{stage=\"write\",kind=\"latexFailed\"} 1",
      "shoal_dead_letters_total{stage=\"write\",kind=\"latexFailed\"} 1", "shoal_superseded_total{stage=\"write\"} 1",
      "shoal_poison_messages_total 1", "shoal_put_off_total{stage=\"review\"} 1", "shoal_streams_cancelled_total 1",
      "shoal_runs_folded_total 1", "shoal_troubles_total 1", "shoal_steps_total{stage=\"write\"} 2",
      "shoal_cost_nanodollars_total{stage=\"write\"} 3000000000", "shoal_step_cpu_seconds_total{stage=\"write\"} 4",
      "shoal_step_duration_seconds_bucket{stage=\"write\",le=\"1\"} 2", "shoal_slots{group=\"papers\"} 4",
      "shoal_visit_duration_seconds_sum{stage=\"write\"} 100", "shoal_slots_used{group=\"papers\"} 1",
      "shoal_slots_used{group=\"runs\"} 0", "shoal_last_progress_timestamp_seconds 1700000000",
      "shoal_build_info{version=\"1.2.3\"} 1", "shoal_healthy 1", "shoal_ready 0",
    ] { #expect(lines.contains(Substring(line)), "\(line)") }
    #expect((telemetry.registry.value(of: MetricCatalogue.residentBytes) ?? 0) > 1_000_000)
    #expect((telemetry.registry.value(of: MetricCatalogue.openDescriptors) ?? 0) > 2)
    #expect((telemetry.registry.value(of: MetricCatalogue.startTime) ?? 0) > 1_600_000_000)
  }

  @Test func `events are forwarded to the next observer`() throws {
    final class Other: WorkerObserver {
      let count = Atomic<Int>(0)
      func observe(_ event: WorkerEvent) { count.add(1, ordering: .relaxed) }
    }
    let other = Other()
    let telemetry = WorkerTelemetry(groups: [], version: "1", passingOnTo: other)
    telemetry.observe(.poison(reason: ""))
    #expect(other.count.load(ordering: .relaxed) == 1)
  }

  @Test func `probes get yes and no with the reasons, and Prometheus its text`() async throws {
    let elapsed = Elapsed()
    let telemetry = telemetry(elapsed)
    let server = try MetricsServer("127.0.0.1:0", telemetry)
    let starting = try await Probe.ask(server.address, "/readyz")
    #expect(starting.hasPrefix("HTTP/1.1 503 ") && starting.contains("does not take part in its topics yet"))
    telemetry.note(.tookPart)
    #expect(try await Probe.ask(server.address, "/readyz").hasPrefix("HTTP/1.1 200 "))
    telemetry.observe(.claimed(try paper(1), .write, visit: 1, attempt: 1))
    elapsed.seconds.store(101, ordering: .relaxed)
    let stuck = try await Probe.ask(server.address, "/healthz")
    #expect(stuck.hasPrefix("HTTP/1.1 503 "))
    #expect(stuck.contains(#""reasons":["write of paper/p-1 has shown no progress for 101 s; 100 s are allowed."]"#))
    #expect(stuck.contains(#""inHand":1,"#) && stuck.contains(#""secondsSinceProgress":101,"#))
    telemetry.note(.programBeat(try paper(1)))
    #expect(try await Probe.ask(server.address, "/healthz").contains(#""status":"yes""#))
    let metrics = try await Probe.ask(server.address, "/metrics")
    #expect(metrics.contains("Content-Type: text/plain; version=0.0.4"))
    #expect(metrics.contains("\nshoal_stage_attempts_total{stage=\"write\"} 1\n"))
    await server.stop()
  }

  @Test func `an address that is none gets a sentence`() {
    #expect(throws: HTTPServerError.notAnAddress("9464")) {
      try MetricsServer("9464", WorkerTelemetry(groups: [], version: "1"))
    }
  }

  @Test(.enabled(if: Probe.promtool != nil, "promtool is not installed"))
  func `promtool accepts the metrics`() throws {
    let elapsed = Elapsed()
    let telemetry = telemetry(elapsed)
    try report(telemetry, elapsed)
    let (status, output) = try Probe.check(telemetry.metricsText)
    #expect(status == 0 && output.isEmpty, "\(output)")
    #expect(try Probe.check("a 1\na 1\n").status != 0)
  }
}
