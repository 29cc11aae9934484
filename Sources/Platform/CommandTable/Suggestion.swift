/// The most similar known name; nil if none is similar.
func suggestion(for word: String, among known: [String]) -> String? {
  guard word.utf8.count <= 100 else { return nil }
  let ranked = known.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }
  let limit = max(1, word.utf8.count / 3)
  if let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= limit { return best.0 }
  let longer = known.filter { word.utf8.count >= 2 && $0.hasPrefix(word) }
  return longer.count == 1 ? longer[0] : nil
}

/// `; did you mean …?` or nothing.
public func question(for word: String, among known: [String], prefix: String = "") -> String {
  suggestion(for: word, among: known).map { "; did you mean \(prefix)\($0)?" } ?? ""
}

/// How many letters must be put in, left out, changed or swapped with their neighbour.
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var before: [Int] = []
  var last = Array(0...right.count)
  for row in 0..<left.count {
    var next = [row + 1]
    for column in 0..<right.count {
      var best = min(last[column + 1] + 1, next[column] + 1, last[column] + (left[row] == right[column] ? 0 : 1))
      if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
        best = min(best, before[column - 1] + 1)
      }
      next.append(best)
    }
    before = last
    last = next
  }
  return last[right.count]
}
