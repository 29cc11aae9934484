internal import PaperModel

/// Nil where the material of an attempt is missing or broken. Every other error is thrown on: a claim that was lost,
/// cancellation, an exhausted budget.
package func unlessMissing<Value>(_ attempt: () async throws -> Value) async throws -> Value? {
  do { return try await attempt() } catch let failure as Failure
    where ["badTemplate", "noResult", "noBaseline", "noStudy", "metricMissing", "metricTooLarge", "allRunsFailed"]
    .contains(failure.kind)
  { return nil }
}
