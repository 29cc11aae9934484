internal import PaperModel
internal import Studies
internal import Typesetting

extension PaperDraft {
  /// The line at the foot of the first page.
  var note: Prose {
    """
    This paper was planned, run and written by a program without a language model. Every number in its results was \
    computed from the files of its runs and computed again before printing.
    """
  }

  var abstract: Prose {
    let context: Prose = """
      \(question) We change this one setting of the template \(template) and nothing else. \
      The baseline (\(setting) \(value(0))) is run again beside the values \
      \(list(Array(rows.indices.dropFirst()))), with the same budget and the same \(seedCount) seeds for each. \

      """
    return context + shortFinding + caution
  }

  /// The findings in a few sentences with the main numbers.
  var shortFinding: Prose {
    let effects = arms(.effect)
    let nulls = arms(.noEffectFound)
    switch analysis.finding {
    case .noEffectFound where numbers.printed(.lowest) == numbers.printed(.highest):
      return "No effect is found: every mean is \(mean(0)), as at the baseline."
    case .noEffectFound:
      return """
        No effect is found: the means lie between \(number(.lowest)) and \(number(.highest)), \(mean(0)) at the \
        baseline, and the interval of \(analysis.nulls.count > 1 ? "every" : "the") difference includes zero.
        """
    case .effect, .mixed:
      let largest = farthest(effects) ?? 1
      let lead: Prose =
        analysis.finding == .effect
        ? (effects.count > 1
          ? "Every value that ran changes the \(measured)." : "The value \(value(largest)) changes the \(measured).")
        : "An effect is found at \(list(effects)), and none at \(list(nulls))."
      return lead + """
         The largest is at \(value(largest)), with a mean of \(mean(largest)) against \(mean(0)) at the baseline \
        (difference \(number(.difference(largest, .estimate))), \(number(.level))% interval \(interval(largest))).
        """
    }
  }

  private var caution: Prose {
    var text: Prose = ""
    if !analysis.failures.isEmpty {
      let failed = arms(.failed)
      text += " The \(failed.count > 1 ? "runs" : "run") at \(list(failed)) failed."
    }
    if analysis.seeds < 10 {
      text += " With \(seedCount) seeds, intervals of this kind are rough; the single values are given."
    }
    return text
  }
}
