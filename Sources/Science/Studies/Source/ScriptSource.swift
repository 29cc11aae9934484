package import ExperimentTemplates
package import PaperModel

/// Reads the `experiment.py` of a campaign's template.
package enum ScriptSource {
  package static func blob(_ campaign: CampaignDefinition) throws -> BlobReference {
    guard let source = campaign.template.files["experiment.py"] else {
      throw Failure(
        kind: "badTemplate", "The template \(campaign.template.name) has no experiment.py.",
        advice: "Check it with `shoal template check`.")
    }
    return source
  }

  /// The settings and the metrics of the source.
  /// - Throws: `Failure` if the source is not Python or declares nothing.
  package static func read(
    _ campaign: CampaignDefinition, by runner: any ProgramRunner, with surroundings: any Surroundings
  ) async throws -> ScriptReading {
    let settings = PythonSettings(runner: runner, prices: campaign.prices)
    do {
      let reading = try await settings.read(try blob(campaign), with: surroundings)
      if let broken = reading.syntaxError {
        throw Failure(kind: "badTemplate", broken.sentence, advice: "Correct it, and start anew.")
      }
      return reading
    } catch let error as TemplateError {
      throw Failure(kind: "badTemplate", error.description)
    }
  }
}
