public import PaperModel

extension CampaignDefinition {
  /// What the steps besides its runs may hold of a paper at least: ten minutes on a processor. Reading the template,
  /// plotting and typesetting have time limits of their own, whatever that of an experiment is.
  private static let otherNanoseconds: Int64 = 600_000_000_000

  /// The budget that carries papers: each can reserve all runs that it asks for at once with their whole allowances,
  /// and as much as one run more, or what its other steps need, for those and its share of the baseline.
  /// - Parameters:
  ///   - runs: the runs that all papers ask for, if each waits for all of its own.
  ///   - papers: the number of papers; none is a baseline by itself.
  public func budget(carrying runs: Int, papers: Int) -> Money {
    let request = RunRequest(
      label: "", code: template.files, outputFolder: "run_0", scale: scale, timeLimitSeconds: timeLimitSeconds,
      prices: prices)
    let allowance = request.allowance(on: device)
    return allowance * runs + max(allowance, prices.cpu(nanoseconds: Self.otherNanoseconds)) * max(papers, 1)
  }
}
