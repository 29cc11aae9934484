/// All metrics of a worker: what `/metrics` shows and what the documentation's table lists.
public enum MetricCatalogue {
  private static let seconds: [Double] = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400]

  static let attempts = Metric(
    "shoal_stage_attempts_total", .counter, "Stages that were claimed and begun, by stage.", labels: ["stage"])
  static let finished = Metric(
    "shoal_stages_finished_total", .counter, "Stages that have their result, by stage.", labels: ["stage"])
  static let waits = Metric(
    "shoal_stage_waits_total", .counter, "Visits that ended to wait for runs, by stage.", labels: ["stage"])
  static let retries = Metric(
    "shoal_stage_retries_total", .counter, "Failed attempts that are made again, by stage and kind of failure.",
    labels: ["stage", "kind"])
  static let deadLetters = Metric(
    "shoal_dead_letters_total", .counter, "Streams that were given up, by stage and kind of failure.",
    labels: ["stage", "kind"])
  static let snoozed = Metric(
    "shoal_put_off_total", .counter, "Items that were put off without an attempt being counted, by stage.",
    labels: ["stage"])
  static let parked = Metric(
    "shoal_parked", .gauge, "Items that are kept without a slot, for another worker that lives has their streams.")
  static let superseded = Metric(
    "shoal_superseded_total", .counter, "Visits that ended because another worker has the stream, by stage.",
    labels: ["stage"])
  static let cancelled = Metric("shoal_streams_cancelled_total", .counter, "Streams that were found cancelled.")
  static let poison = Metric("shoal_poison_messages_total", .counter, "Messages that can't be read.")
  static let troubles = Metric(
    "shoal_troubles_total", .counter, "Times that the message log or the journal could not be used.")
  static let folded = Metric("shoal_runs_folded_total", .counter, "Ends of runs that were taken in.")
  static let steps = Metric("shoal_steps_total", .counter, "Steps that have their result, by stage.", labels: ["stage"])
  static let cost = Metric(
    "shoal_cost_nanodollars_total", .counter, "What finished steps cost, in billionths of a US dollar, by stage.",
    labels: ["stage"])
  static let cpu = Metric(
    "shoal_step_cpu_seconds_total", .counter, "Processor time of finished steps, by stage.", labels: ["stage"])
  static let stepDuration = Metric(
    "shoal_step_duration_seconds", .histogram(buckets: seconds), "Time that finished steps took, by stage.",
    labels: ["stage"])
  static let visitDuration = Metric(
    "shoal_visit_duration_seconds", .histogram(buckets: seconds), "From a claim to the end of the visit, by stage.",
    labels: ["stage"])
  static let slots = Metric(
    "shoal_slots", .gauge, "Items that may be worked on at a time, by group.", labels: ["group"])
  static let slotsUsed = Metric(
    "shoal_slots_used", .gauge, "Streams that are claimed and worked on now, by group.", labels: ["group"])
  static let lastProgress = Metric(
    "shoal_last_progress_timestamp_seconds", .gauge, "When this worker last got anything done, in seconds since 1970.")
  static let healthy = Metric("shoal_healthy", .gauge, "1 where /healthz says yes, 0 otherwise.")
  static let ready = Metric("shoal_ready", .gauge, "1 where /readyz says yes, 0 otherwise.")
  static let build = Metric(
    "shoal_build_info", .gauge, "Always 1; the label says which version this is.", labels: ["version"])

  static let residentBytes = Metric("process_resident_memory_bytes", .gauge, "Memory of the process that is in RAM.")
  static let openDescriptors = Metric("process_open_fds", .gauge, "Open file descriptors.")
  static let allowedDescriptors = Metric("process_max_fds", .gauge, "Open file descriptors that are allowed.")
  static let startTime = Metric(
    "process_start_time_seconds", .gauge, "When the process was started, in seconds since 1970.")
  static let processorSeconds = Metric(
    "process_cpu_seconds_total", .counter, "Processor time of the process itself, without its children.")

  /// All of them, in the order in which they are shown.
  public static let all: [Metric] = [
    attempts, finished, waits, retries, deadLetters, snoozed, parked, superseded, cancelled, poison, troubles, folded,
    steps,
    cost, cpu, stepDuration, visitDuration, slots, slotsUsed, lastProgress, healthy, ready, build, residentBytes,
    openDescriptors, allowedDescriptors, startTime, processorSeconds,
  ]

  /// The table of the documentation, in Markdown.
  public static var markdown: String {
    let rows = all.map { metric in
      let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(metric.name)` | \(metric.kind.word) | \(labels) | \(metric.help) |\n"
    }
    return "| metric | kind | labels | what it says |\n|---|---|---|---|\n" + rows.joined()
  }
}
