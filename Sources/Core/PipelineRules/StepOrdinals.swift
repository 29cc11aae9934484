public import PaperModel

/// Numbers the steps of one visit: a step's ordinal counts earlier requests of the same name and content.
///
/// So steps that run side by side stay the same steps if a repeated visit asks for them in another order.
public struct StepOrdinals: Sendable {
  private struct Kind: Hashable {
    let name: String
    let digest: String
  }
  private var known: [Kind: [Int]] = [:]
  private var asked: [Kind: Int] = [:]

  /// - Parameter books: the steps of earlier attempts. A journal may have numbered them by name alone; they keep their
  ///   ordinals and are asked for in that order.
  public init(stage: Stage, visit: Int, books: Books = Books()) {
    for line in books.lines where line.step.stage == stage && line.step.visit == visit && line.attempt == 1 {
      known[Kind(name: line.step.name, digest: line.step.requestDigest), default: []].append(line.step.ordinal)
    }
    for kind in known.keys { known[kind]?.sort() }
  }

  /// The ordinal of the next step with this name and request.
  public mutating func next(_ name: String, digest: String) -> Int {
    let kind = Kind(name: name, digest: digest)
    let earlier = asked[kind, default: 0]
    asked[kind] = earlier + 1
    let ordinals = known[kind] ?? []
    if earlier < ordinals.count { return ordinals[earlier] }
    return (ordinals.last.map { $0 + 1 } ?? 0) + earlier - ordinals.count
  }
}
