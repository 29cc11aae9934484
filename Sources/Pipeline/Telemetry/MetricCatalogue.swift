/// All metrics of a worker, as `/metrics` shows them and the documentation lists them.
public enum MetricCatalogue {
  private static let seconds: [Double] = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400]

  static let attempts = Metric(
    "shoal_stage_attempts_total", .counter, "Stage attempts begun, by stage.", labels: ["stage"])
  static let finished = Metric(
    "shoal_stages_finished_total", .counter, "Stages finished, by stage.", labels: ["stage"])
  static let waits = Metric(
    "shoal_stage_waits_total", .counter, "Visits that ended waiting for runs, by stage.", labels: ["stage"])
  static let retries = Metric(
    "shoal_stage_retries_total", .counter, "Failed attempts that will be retried, by stage and kind of failure.",
    labels: ["stage", "kind"])
  static let deadLetters = Metric(
    "shoal_dead_letters_total", .counter, "Streams dead-lettered, by stage and kind of failure.",
    labels: ["stage", "kind"])
  static let snoozed = Metric(
    "shoal_put_off_total", .counter, "Items snoozed without counting an attempt, by stage.",
    labels: ["stage"])
  static let parked = Metric(
    "shoal_parked", .gauge,
    "Deliveries held without a slot: another live worker owns their streams, or their campaigns are paused.")
  static let superseded = Metric(
    "shoal_superseded_total", .counter, "Visits that ended because another worker took the stream, by stage.",
    labels: ["stage"])
  static let cancelled = Metric("shoal_streams_cancelled_total", .counter, "Streams found cancelled.")
  static let poison = Metric("shoal_poison_messages_total", .counter, "Messages that could not be decoded.")
  static let troubles = Metric(
    "shoal_troubles_total", .counter, "Failures of the message log or the journal.")
  static let folded = Metric(
    "shoal_runs_folded_total", .counter, "Run results received by the streams that asked for them.")
  static let steps = Metric("shoal_steps_total", .counter, "Steps finished, by stage.", labels: ["stage"])
  static let unsettled = Metric(
    "shoal_unsettled_steps_total", .counter, "Steps that ended without their price being known, by stage.",
    labels: ["stage"])
  static let cost = Metric(
    "shoal_cost_nanodollars_total", .counter,
    "Settled charges in billionths of a US dollar, failed steps and late settlements included, by stage.",
    labels: ["stage"])
  static let cpu = Metric(
    "shoal_step_cpu_seconds_total", .counter, "Processor time of steps, failed ones included, by stage.",
    labels: ["stage"])
  static let stepDuration = Metric(
    "shoal_step_duration_seconds", .histogram(buckets: seconds), "Duration of finished steps, by stage.",
    labels: ["stage"])
  static let visitDuration = Metric(
    "shoal_visit_duration_seconds", .histogram(buckets: seconds), "Duration of visits from claim to end, by stage.",
    labels: ["stage"])
  static let slots = Metric(
    "shoal_slots", .gauge, "Slots for work, by group.", labels: ["group"])
  static let slotsUsed = Metric(
    "shoal_slots_used", .gauge, "Slots in use, by group.", labels: ["group"])
  static let lastProgress = Metric(
    "shoal_last_progress_timestamp_seconds", .gauge, "Time of the last progress of this worker, in seconds since 1970.")
  static let healthy = Metric("shoal_healthy", .gauge, "1 if /healthz succeeds, 0 otherwise.")
  static let ready = Metric("shoal_ready", .gauge, "1 if /readyz succeeds, 0 otherwise.")
  static let build = Metric(
    "shoal_build_info", .gauge, "Always 1; the label is the version.", labels: ["version"])

  static let residentBytes = Metric("process_resident_memory_bytes", .gauge, "Resident memory of the process.")
  static let openDescriptors = Metric("process_open_fds", .gauge, "Open file descriptors.")
  static let allowedDescriptors = Metric("process_max_fds", .gauge, "Limit of open file descriptors.")
  static let startTime = Metric(
    "process_start_time_seconds", .gauge, "Start time of the process, in seconds since 1970.")
  static let processorSeconds = Metric(
    "process_cpu_seconds_total", .counter, "Processor time of the process, without its children.")

  /// All metrics, in display order.
  public static let all: [Metric] = [
    attempts, finished, waits, retries, deadLetters, snoozed, parked, superseded, cancelled, poison, troubles, folded,
    steps, unsettled, cost, cpu, stepDuration, visitDuration, slots, slotsUsed, lastProgress, healthy, ready, build,
    residentBytes,
    openDescriptors, allowedDescriptors, startTime, processorSeconds,
  ]

  /// The table of the documentation, in Markdown.
  public static var markdown: String {
    let rows = all.map { metric in
      let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(metric.name)` | \(metric.kind.word) | \(labels) | \(metric.help) |\n"
    }
    return "| metric | kind | labels | meaning |\n|---|---|---|---|\n" + rows.joined()
  }
}
