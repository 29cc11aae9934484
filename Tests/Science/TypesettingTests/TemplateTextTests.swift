import Testing

@testable import Typesetting

@Suite struct TemplateTextTests {
  @Test
  func `errors in a template's text are named`() {
    let text = #"""
      \title{TITLE HERE} \section{Method} % \cite{commented} \section{Method}
      \citep[see][p. 3]{known, unknown} 50\% \cite{gone}
      \includegraphics[width=1in]{a.png} \includegraphics{b} \includegraphics{b} \section*{Method} \label{x}
      """#
    #expect(
      TemplateTextChecks.problems(in: text, keys: ["known"], pictures: ["b.png"]) == [
        "The text cites “gone”, which is not in its references.",
        "The text cites “unknown”, which is not in its references.", "The picture “a.png” is not there.",
        "The picture “b” is put in twice.", "The section “Method” is there twice.",
        "The placeholder “TITLE HERE” still stands in the text.",
      ])
    #expect(TemplateTextChecks.problems(in: #"\cite{a} \section{S} {"#, keys: ["a"], pictures: []).isEmpty)
  }
}
