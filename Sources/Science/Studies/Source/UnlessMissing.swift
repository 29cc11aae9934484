internal import PaperModel

/// Returns nil if the material of an attempt is missing or broken. All other errors are rethrown: a lost claim,
/// cancellation, an exhausted budget.
package func unlessMissing<Value>(_ attempt: () async throws -> Value) async throws -> Value? {
  do { return try await attempt() } catch let failure as Failure
    where ["badTemplate", "noResult", "noBaseline", "noStudy", "metricMissing", "metricTooLarge", "allRunsFailed"]
    .contains(failure.kind)
  { return nil }
}
