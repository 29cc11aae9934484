internal import ExperimentTemplates
internal import PaperModel

/// The experiment's source of a campaign.
enum SweepSource {
  /// Where the source lies.
  static func blob(_ campaign: CampaignDefinition) throws -> BlobReference {
    guard let source = campaign.template.files["experiment.py"] else {
      throw Failure(
        kind: "badTemplate", "The template \(campaign.template.name) has no experiment.py.",
        advice: "Check it with `shoal template check`.")
    }
    return source
  }

  /// What the source says of itself.
  /// - Throws: `Failure` where it is no Python or has nothing to say.
  static func read(
    _ campaign: CampaignDefinition, by runner: any ProgramRunner, with surroundings: any Surroundings
  ) async throws -> ScriptReading {
    let settings = PythonSettings(runner: runner, prices: campaign.prices)
    do {
      let reading = try await settings.read(try blob(campaign), with: surroundings)
      if let broken = reading.syntaxError {
        throw Failure(
          kind: "badTemplate", broken.sentence, advice: "Correct it and submit again.")
      }
      return reading
    } catch let error as TemplateError {
      throw Failure(kind: "badTemplate", error.description)
    }
  }
}

/// The results of the template's baseline.
enum BaselineInfo {
  /// The results.
  /// - Throws: `Failure` where there are none.
  static func read(_ result: RunResult, in blobs: any BlobStore) async throws -> FinalInfo {
    if let problem = result.problem { throw Failure(kind: "noResult", "\(result.label): \(problem)") }
    guard let blob = result.files["final_info.json"] else {
      throw Failure(kind: "noResult", "\(result.label) wrote no final_info.json.")
    }
    let bytes = try await blobs.bytes(of: blob)
    do { return try FinalInfo(parsing: bytes) } catch { throw Failure(kind: "noResult", error.description) }
  }
}

/// What comes of an attempt where the material may be missing or broken. Every other error goes through: a worker that
/// was superseded, cancellation, an exhausted budget.
func unlessMissing<Value>(_ attempt: () async throws -> Value) async throws -> Value? {
  do { return try await attempt() } catch let failure as Failure
    where ["badTemplate", "noResult", "noBaseline", "noStudy"].contains(failure.kind)
  { return nil }
}
