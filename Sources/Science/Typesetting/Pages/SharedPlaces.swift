/// Words that stand where other words stand. The picture of the page shows that something can be seen there, but not
/// which of them: text in the colour of the paper, or text that is not painted, may lie under or over visible text. So
/// none of them counts. In a paper without such tricks words hardly ever share a place.
enum SharedPlaces {
  /// The most words that are compared with the next one: more than lines of legible text fit on a page.
  private static let mostOpen = 512

  /// The numbers of the words that share their place with another text.
  static func words(of words: [WordBox]) -> Set<Int> {
    var sharing = Set<Int>()
    // Those before the current one that reach as far to the right as its left edge.
    var open: [Int] = []
    let candidates = words.indices.filter { words[$0].text.count >= 3 }
    for number in candidates.sorted(by: { (words[$0].page, words[$0].left) < (words[$1].page, words[$1].left) }) {
      let word = words[number]
      open.removeAll { words[$0].page != word.page || words[$0].right <= word.left }
      for other in open where word.text != words[other].text && word.shares(words[other]) {
        sharing.formUnion([number, other])
      }
      if open.count == mostOpen { open.removeFirst() }
      open.append(number)
    }
    return sharing
  }
}

extension WordBox {
  /// Whether the boxes of two words of about one size overlap by a third or more. A large watermark shares no place
  /// with the lines that it crosses.
  fileprivate func shares(_ other: WordBox) -> Bool {
    let width = min(right, other.right) - max(left, other.left)
    let height = min(bottom, other.bottom) - max(top, other.top)
    return width >= min(right - left, other.right - other.left) / 3
      && height >= max(bottom - top, other.bottom - other.top) / 3
  }
}
