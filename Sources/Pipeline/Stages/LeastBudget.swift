public import PaperModel

extension CampaignDefinition {
  /// The least amount that its papers must be able to reserve at a time: each compares a baseline with at least one
  /// other value, so it asks for at least two runs at once, each with its whole allowance.
  public var leastBudget: Money {
    let request = RunRequest(
      label: "", code: template.files, outputFolder: "run_0", scale: scale, timeLimitSeconds: timeLimitSeconds,
      prices: prices)
    return request.allowance(on: device) * 2 * ideas
  }
}
