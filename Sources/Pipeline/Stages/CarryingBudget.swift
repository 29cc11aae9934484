public import PaperModel

extension CampaignDefinition {
  /// The budget that carries its papers: each can reserve all runs that it asks for at once with their whole
  /// allowances, and as much as one run more for its other steps and its share of the baseline.
  /// - Parameter runs: the runs that all papers ask for, if each waits for all of its own.
  public func budget(carrying runs: Int) -> Money {
    let request = RunRequest(
      label: "", code: template.files, outputFolder: "run_0", scale: scale, timeLimitSeconds: timeLimitSeconds,
      prices: prices)
    return request.allowance(on: device) * (runs + ideas)
  }
}
