/// The characters beyond ASCII that the paper's fonts have, and how LaTeX writes them.
enum LaTeXCharacters {
  /// ASCII characters that are special to LaTeX, or that form a ligature with neighbours of their kind.
  static let special: [Unicode.Scalar: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%", "_": "\\_",
    "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\textless{}", ">": "\\textgreater{}",
    "|": "\\textbar{}", "`": "\\textasciigrave{}", "[": "{[}", "]": "{]}", "*": "{*}",
  ]

  /// Signs that have a command.
  static let commands: [Unicode.Scalar: String] = [
    "\u{a0}": "~", "\u{ad}": "\\-", "\u{2009}": "\\,", "\u{202f}": "\\,", "\u{2002}": "\\enspace{}",
    "\u{2003}": "\\quad{}",
    "‐": "-", "\u{2011}": "\\mbox{-}", "–": "\\textendash{}", "—": "\\textemdash{}", "‘": "\\textquoteleft{}",
    "’": "\\textquoteright{}", "“": "\\textquotedblleft{}", "”": "\\textquotedblright{}",
    "‚": "\\quotesinglbase{}", "„": "\\quotedblbase{}", "«": "\\guillemotleft{}", "»": "\\guillemotright{}",
    "‹": "\\guilsinglleft{}", "›": "\\guilsinglright{}", "…": "\\dots{}", "•": "\\textbullet{}", "†": "\\textdagger{}",
    "‡": "\\textdaggerdbl{}", "§": "\\textsection{}", "¶": "\\textparagraph{}", "©": "\\textcopyright{}",
    "®": "\\textregistered{}", "™": "\\textsuperscript{TM}", "°": "\\textdegree{}", "€": "\\texteuro{}",
    "£": "\\textsterling{}", "¥": "\\textyen{}", "¢": "\\textcent{}", "¡": "\\textexclamdown{}",
    "¿": "\\textquestiondown{}", "½": "\\textonehalf{}", "¼": "\\textonequarter{}", "¾": "\\textthreequarters{}",
    "ª": "\\textordfeminine{}", "º": "\\textordmasculine{}", "‰": "\\textperthousand{}", "′": "\\ensuremath{'}",
    "″": "\\ensuremath{''}",
  ]

  /// Latin letters that have commands of their own.
  static let letters: [Unicode.Scalar: String] = [
    "ß": "\\ss{}", "æ": "\\ae{}", "Æ": "\\AE{}", "œ": "\\oe{}", "Œ": "\\OE{}", "ø": "\\o{}", "Ø": "\\O{}", "ł": "\\l{}",
    "Ł": "\\L{}", "đ": "\\dj{}", "Đ": "\\DJ{}", "ð": "\\dh{}", "Ð": "\\DH{}", "þ": "\\th{}", "Þ": "\\TH{}",
    "ŋ": "\\ng{}", "Ŋ": "\\NG{}", "ı": "\\i{}",
  ]

  /// Mathematical signs and their commands.
  static let mathematics: [Unicode.Scalar: String] = [
    "−": "-", "±": "\\pm", "∓": "\\mp", "×": "\\times", "÷": "\\div", "·": "\\cdot", "⋅": "\\cdot", "∗": "\\ast",
    "≤": "\\leq", "≥": "\\geq", "≪": "\\ll", "≫": "\\gg", "≠": "\\neq", "≈": "\\approx", "≃": "\\simeq", "≡": "\\equiv",
    "∼": "\\sim", "∝": "\\propto", "∞": "\\infty", "→": "\\rightarrow", "←": "\\leftarrow", "↔": "\\leftrightarrow",
    "⇒": "\\Rightarrow", "⇐": "\\Leftarrow", "⇔": "\\Leftrightarrow", "↑": "\\uparrow", "↓": "\\downarrow",
    "∈": "\\in", "∉": "\\notin", "⊂": "\\subset", "⊆": "\\subseteq", "∪": "\\cup", "∩": "\\cap", "∅": "\\emptyset",
    "∀": "\\forall", "∃": "\\exists", "¬": "\\neg", "∧": "\\wedge", "∨": "\\vee", "∑": "\\textstyle\\sum",
    "∏": "\\textstyle\\prod", "∫": "\\textstyle\\int", "√": "\\surd", "∂": "\\partial", "∇": "\\nabla", "⊕": "\\oplus",
    "⊗": "\\otimes", "□": "\\square", "ℓ": "\\ell", "ℝ": "\\mathbb{R}", "ℤ": "\\mathbb{Z}", "ℕ": "\\mathbb{N}",
    "α": "\\alpha",
    "β": "\\beta", "γ": "\\gamma", "δ": "\\delta", "ε": "\\varepsilon", "ζ": "\\zeta", "η": "\\eta", "θ": "\\theta",
    "ι": "\\iota", "κ": "\\kappa", "λ": "\\lambda", "μ": "\\mu", "µ": "\\mu", "ν": "\\nu", "ξ": "\\xi", "ο": "o",
    "π": "\\pi", "ρ": "\\rho", "σ": "\\sigma", "ς": "\\varsigma", "τ": "\\tau", "υ": "\\upsilon", "φ": "\\varphi",
    "χ": "\\chi", "ψ": "\\psi", "ω": "\\omega", "Α": "\\mathrm{A}", "Β": "\\mathrm{B}", "Γ": "\\Gamma", "Δ": "\\Delta",
    "Ε": "\\mathrm{E}", "Ζ": "\\mathrm{Z}", "Η": "\\mathrm{H}", "Θ": "\\Theta", "Ι": "\\mathrm{I}", "Κ": "\\mathrm{K}",
    "Λ": "\\Lambda", "Μ": "\\mathrm{M}", "Ν": "\\mathrm{N}", "Ξ": "\\Xi", "Ο": "\\mathrm{O}", "Π": "\\Pi",
    "Ρ": "\\mathrm{P}", "Σ": "\\Sigma", "Τ": "\\mathrm{T}", "Υ": "\\Upsilon", "Φ": "\\Phi", "Χ": "\\mathrm{X}",
    "Ψ": "\\Psi", "Ω": "\\Omega",
  ]

  static let raised: [Unicode.Scalar: String] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9", "⁺": "+",
    "⁻": "-", "ⁿ": "n",
  ]

  static let lowered: [Unicode.Scalar: String] = [
    "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8", "₉": "9", "₊": "+",
    "₋": "-",
  ]

  /// The commands of combining marks.
  static let accents: [Unicode.Scalar: String] = [
    "\u{300}": "\\`", "\u{301}": "\\'", "\u{302}": "\\^", "\u{303}": "\\~", "\u{304}": "\\=", "\u{306}": "\\u",
    "\u{307}": "\\.", "\u{308}": "\\\"", "\u{30a}": "\\r", "\u{30b}": "\\H", "\u{30c}": "\\v", "\u{327}": "\\c",
    "\u{328}": "\\k",
  ]

  /// Whether a scalar is invisible, or changes the direction or the look of others: it could hide text.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
  }
}
