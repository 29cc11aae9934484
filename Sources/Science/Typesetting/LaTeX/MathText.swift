import PaperModel

/// Checks formulas: LaTeX's notation for mathematics, with a list of commands that only print.
enum MathText {
  private static let commands: Set<String> = [
    "frac", "sqrt", "sum", "prod", "int", "lim", "log", "exp", "min", "max", "arg", "sup", "inf", "sin", "cos", "tanh",
    "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "text", "mathrm", "mathbf", "mathbb", "mathcal",
    "mathit", "boldsymbol", "operatorname", "hat", "bar", "tilde", "vec", "dot", "ddot", "overline", "underline",
    "widehat", "widetilde", "cdot", "cdots", "ldots", "dots", "times", "div", "pm", "mp", "leq", "geq", "le", "ge",
    "neq", "ne", "ll", "gg", "approx", "sim", "simeq", "equiv", "propto", "infty", "partial", "nabla", "in", "notin",
    "subset", "subseteq", "cup", "cap", "emptyset", "forall", "exists", "to", "mapsto", "rightarrow", "leftarrow",
    "Rightarrow", "Leftrightarrow", "mid", "lvert", "rvert", "lVert", "rVert", "langle", "rangle", "lfloor", "rfloor",
    "lceil", "rceil", "quad", "qquad", "ell", "circ", "odot", "otimes", "oplus", "star", "top", "prime", "bmod", "pmod",
    "mod", "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "vartheta", "iota",
    "kappa", "lambda", "mu", "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega",
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
  ]

  /// A formula that may stand between dollar signs.
  /// - Throws: `Failure` of kind `untypesettable` for a command that is not on the list, braces that do not match, and
  ///   characters that mean something else outside a formula.
  static func checked(_ formula: String, at place: String) throws(Failure) -> String {
    func refusal(_ why: String) -> Failure {
      Failure(kind: "untypesettable", "The formula “\(formula.prefix(80))” in \(place) \(why).")
    }
    guard formula.utf8.count <= 2000 else { throw refusal("has more than 2,000 bytes") }
    guard formula.contains(where: { !$0.isWhitespace }) else { throw refusal("is empty") }
    guard formula.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
      throw refusal("has characters beyond printable ASCII")
    }
    var depth = 0
    var fences = 0
    var rest = Substring(formula)
    while let character = rest.popFirst() {
      switch character {
      case "{": depth += 1
      case "}":
        depth -= 1
        guard depth >= 0 else { throw refusal("closes a brace that was not opened") }
      case "$", "%", "#", "&", "~", "\"": throw refusal("has “\(character)”, which ends or changes a formula")
      case "\\":
        let name = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest.dropFirst(name.count)
        if name.isEmpty {
          guard let sign = rest.popFirst(), ",;:!|{}% ".contains(sign) else {
            throw refusal("has a “\\” before a sign that it can't stand before")
          }
        } else {
          guard commands.contains(String(name)) else {
            throw refusal("has the command “\\\(name)”, which is not known")
          }
          if name == "left" { fences += 1 }
          if name == "right" { fences -= 1 }
          guard fences >= 0 else { throw refusal("has a “\\right” without a “\\left”") }
        }
      default: break
      }
    }
    guard depth == 0, fences == 0 else { throw refusal("leaves a brace or a “\\left” open") }
    return formula
  }

  /// The digits of a formula, those in command names left out.
  static func digits(in formula: String) -> String {
    var text = ""
    var rest = Substring(formula)
    while let character = rest.popFirst() {
      guard character == "\\" else {
        text.append(character)
        continue
      }
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      text.append(" ")
    }
    return text
  }
}
