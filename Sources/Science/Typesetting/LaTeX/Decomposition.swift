/// Decomposes accented letters without a table: the standard library compares strings by canonical equivalence, so a
/// letter equals the base and the mark that compose it.
enum Decomposition {
  /// The base letter and the mark of each accented Latin letter with one mark.
  static let ofLetters: [Unicode.Scalar: (base: Unicode.Scalar, mark: Unicode.Scalar)] = {
    var found: [Unicode.Scalar: (base: Unicode.Scalar, mark: Unicode.Scalar)] = [:]
    let bases = (0x41...0x5a).map { Unicode.Scalar($0 as UInt8) } + (0x61...0x7a).map { Unicode.Scalar($0 as UInt8) }
    var composed: [String: Unicode.Scalar] = [:]
    for value in [0xc0...0x17f, 0x1cd...0x21f, 0x1e00...0x1eff].joined() {
      guard let scalar = Unicode.Scalar(value as Int) else { continue }
      composed[String(Character(scalar))] = scalar
    }
    for base in bases {
      for mark in LaTeXCharacters.accents.keys {
        var pair = String.UnicodeScalarView()
        pair.append(base)
        pair.append(mark)
        if let scalar = composed[String(pair)] { found[scalar] = (base, mark) }
      }
    }
    return found
  }()
}

extension Unicode.Scalar {
  fileprivate init?(_ value: Int) {
    guard value >= 0, let narrow = UInt32(exactly: value) else { return nil }
    self.init(narrow)
  }
}
