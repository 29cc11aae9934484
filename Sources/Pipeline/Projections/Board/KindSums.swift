/// Money by kind of step, over any number of campaigns and papers.
public struct KindSums: Sendable, Hashable, Codable {
  /// One for each kind, in any order.
  public private(set) var all: [Ledger.KindSum] = []

  public init() {}

  /// Adds (1) or subtracts (-1) the money of a campaign or a paper.
  mutating func add(_ ledger: Ledger, _ sign: Int) {
    for (kind, amounts) in ledger.sums {
      let change = sign > 0 ? amounts : Amounts() - amounts
      if let index = all.firstIndex(where: { $0.kind == kind }) {
        all[index].amounts = all[index].amounts + change
      } else {
        all.append(Ledger.KindSum(kind: kind, amounts: change))
      }
    }
  }

  /// The sum of all kinds.
  var amounts: Amounts { all.reduce(Amounts()) { $0 + $1.amounts } }
}
