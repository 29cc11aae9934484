public import PaperModel

/// Checks that every number in a paper's results comes from an artifact: none is written as digits, each claim agrees
/// with its artifacts, and each is printed on a page as claimed.
public enum ProvenanceChecker {
  /// The numbers in the title, the abstract, the results and all table cells that no claim and no allowance covers.
  public static func findings(in project: LaTeXProject) -> [ProvenanceFinding] {
    let allowed = project.allowances.map(\.phrase)
    return project.passages.filter(\.mustClaim).flatMap { passage in
      findings(in: passage.prose, allowed: allowed).map { ProvenanceFinding(literal: $0, place: passage.place) }
    }
  }

  /// Refuses a paper with findings.
  /// - Throws: `Failure` of kind `unclaimedNumber` that lists the first ones with their places.
  public static func check(_ project: LaTeXProject) throws(Failure) {
    let findings = findings(in: project)
    guard !findings.isEmpty else { return }
    let named = findings.prefix(5).map(\.description).joined(separator: "; ")
    let more = findings.count > 5 ? "; and \(findings.count - 5) more" : ""
    throw Failure(
      kind: "unclaimedNumber", "The results have numbers that come from no artifact: \(named)\(more).",
      advice: "Write each as the number of a claim.")
  }

  /// Compares the printed numbers of claims with their artifacts.
  /// - Throws: `Failure` of kind `falseClaim` that names the first wrong claim; the errors of the source.
  public static func check(_ claims: [NumberClaim], against source: any ClaimSource) async throws {
    for claim in claims {
      func refusal(_ why: String) -> Failure {
        Failure(
          kind: "falseClaim",
          "The number “\(claim.name)” is printed as “\(claim.printed)”, \(why) (\(claim.derivation), from "
            + "\(claim.sources.joined(separator: ", "))).")
      }
      guard !claim.sources.isEmpty else { throw refusal("and names no artifact that it comes from") }
      guard let recomputed = try await source.printed(claim) else { throw refusal("but its artifacts do not have it") }
      guard recomputed == claim.printed else { throw refusal("but its artifacts say “\(recomputed)”") }
    }
  }

  /// Looks for each claim's number in the text of the pages.
  /// - Throws: `Failure` of kind `numberNotPrinted` that names the first missing one.
  public static func check(_ claims: [NumberClaim], standIn text: PDFText) throws(Failure) {
    guard !text.isCut else {
      throw Failure(kind: "numberNotPrinted", "The PDF has too much text to look for its numbers.")
    }
    let pages = PrintedText(text.joined)
    for claim in claims where !pages.contains(PrintedText(claim.printed)) {
      throw Failure(
        kind: "numberNotPrinted", "The number “\(claim.name)”, “\(claim.printed)”, does not stand in the PDF's text.")
    }
  }

  private static func findings(in prose: Prose, allowed: [String]) -> [String] {
    var findings: [String] = []
    for (text, isCode) in runs(of: prose) {
      findings += DigitScan.literals(in: text, allowed: allowed, isCode: isCode)
    }
    for (index, piece) in prose.pieces.enumerated() {
      guard case .number(let name) = piece, index > 0 else { continue }
      switch prose.pieces[index - 1] {
      case .number: findings.append("number \(name), joined to the one before it")
      case .text(let text), .emphasis(let text), .strong(let text), .code(let text), .math(let text):
        let isRange = index > 1 && text == "–" && prose.pieces[index - 2].isNumber
        if let last = text.last, "-−–‐‑.,×^/".contains(last), !isRange {
          findings.append("number \(name), changed by the “\(last)” before it")
        }
      default: break
      }
    }
    return findings
  }

  /// The text of prose, with neighbouring pieces joined, so that a number can't hide by being split.
  private static func runs(of prose: Prose) -> [(text: String, isCode: Bool)] {
    var runs: [(text: String, isCode: Bool)] = []
    for piece in prose.pieces {
      switch piece {
      case .text(let text), .emphasis(let text), .strong(let text):
        if let last = runs.last, !last.isCode {
          runs[runs.count - 1].text += text
        } else {
          runs.append((text, false))
        }
      case .code(let text): runs.append((text, true))
      case .math(let formula): runs.append((MathText.digits(in: formula), false))
      case .link(let address): runs.append((address, true))
      default: runs.append(("", false))
      }
    }
    return runs
  }
}

extension Prose.Piece {
  fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
}

/// A number in a paper's results that comes from no claim.
public struct ProvenanceFinding: Hashable, Sendable, CustomStringConvertible {
  /// The word that contains the number, or what is wrong with the use of a claim's number.
  public let literal: String
  public let place: String

  /// `“0.97” in section “Results”, block 2`.
  public var description: String { "“\(literal)” in \(place)" }
}
