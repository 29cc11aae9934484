internal import PaperModel
internal import Studies
internal import Typesetting

extension PaperDraft {
  var introduction: PaperSection {
    var blocks: [PaperSection.Block] = [.paragraph(TemplateBackground.subject(template))]
    blocks.append(.paragraph(questionParagraph))
    blocks.append(.paragraph(answerParagraph))
    return PaperSection("Introduction", name: "introduction", role: .results, blocks)
  }

  private var questionParagraph: Prose {
    let motive = TemplateBackground.motive(study.setting).map { $0 + " " } ?? ""
    let words = study.words.isEmpty || IdeaWording.isRepetition(study.words, of: setting)
    let meaning: Prose = words ? "" : ", in the words of the source “\(PaperDraft.meaning(study.words))”"
    return """
      \(motive)This paper is about the setting \(code: study.setting)\(meaning). The template has it at \(value(0)). \
      We ask: \(question)
      """
  }

  private var answerParagraph: Prose {
    let care: Prose = """
      Results of training differ from seed to seed, and comparisons that ignore this are easily misread \
      \(cite: "henderson2018deep"). So the baseline is not taken from elsewhere but run again, every value is run \
      with the same seeds, and a difference counts as an effect only by a rule that was fixed before any run \
      (\(section: "method")).
      """
    let answer: Prose
    switch analysis.finding {
    case .noEffectFound:
      answer = """
         By this rule, no effect of the \(setting) on the \(measured) is found over the values that were run. That \
        is not proof that there is none: \(section: "results") says how large an effect the data leave open.
        """
    case .mixed:
      answer = """
         By this rule, the answer depends on the value: some change the \(measured), and others do not do so visibly \
        (\(section: "results")).
        """
    case .effect:
      answer = """
         By this rule, \(analysis.effects.count > 1 ? "every value" : "the value") that \
        \(analysis.failures.isEmpty ? "was run" : "gave a result") changes the \(measured); \(section: "results") says \
        by how much and in which direction.
        """
    }
    return care + answer
  }
}
