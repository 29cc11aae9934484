import PaperModel

@testable import Typesetting

/// A study like those of the sweep scientist: one setting, five values, three seeds.
struct SamplePaper {
  static let values = ["0", "0.1", "0.3", "1.0", "3.0"]

  static let claims: [NumberClaim] = {
    var claims: [NumberClaim] = []
    func add(_ name: String, _ printed: String, _ source: String, _ derivation: String) {
      claims.append(NumberClaim(name: name, printed: printed, sources: [source], derivation: derivation))
    }
    let rows = [
      ("5,412", "4,980", "5,846", "0.993"), ("3,118", "2,850", "3,391", "0.996"), ("1,512", "1,371", "1,655", "0.999"),
      ("624", "551", "699", "0.998"),
    ]
    for (index, value) in values.enumerated() {
      add("run_\(index).weight_decay", value, "run_\(index)/experiment.py", "the value in the source")
    }
    add("run_0.test_accuracy.mean", "0.003", "run_0/final_info.json", "mean over seeds of test_accuracy")
    for (index, row) in rows.enumerated() {
      let run = "run_\(index + 1)"
      add("\(run).steps_to_99.mean", row.0, "\(run)/final_info.json", "mean over seeds of steps_to_99")
      add("\(run).steps_to_99.low", row.1, "\(run)/final_info.json", "lower end of the bootstrap interval")
      add("\(run).steps_to_99.high", row.2, "\(run)/final_info.json", "upper end of the bootstrap interval")
      add("\(run).test_accuracy.mean", row.3, "\(run)/final_info.json", "mean over seeds of test_accuracy")
    }
    add("seeds", "3", "run_0/experiment.py", "the number of seeds in the source")
    add("slope", "-0.63", "run_1/final_info.json", "least-squares slope of log steps over log weight decay")
    add("slope.low", "-0.71", "run_1/final_info.json", "lower end of the bootstrap interval")
    add("slope.high", "-0.55", "run_1/final_info.json", "upper end of the bootstrap interval")
    add("cost", "$0.0034", "ledger.json", "the paper's ledger")
    add("modulus", "31", "run_0/experiment.py", "the value in the source")
    add("fraction", "60%", "run_0/experiment.py", "the value in the source")
    add("steps", "6,000", "run_0/experiment.py", "the value in the source")
    return claims
  }()

  /// The paper, its pictures stored in the blob store.
  static func project(keptIn blobs: any BlobStore) async throws -> LaTeXProject {
    let effect = try await blobs.keep(PackageResources.effect_pdf)
    let curves = try await blobs.keep(PackageResources.curves_pdf)
    return LaTeXProject(
      title: "How weight decay moves the moment of grokking: a one-factor study of modular addition",
      authors: ["Shoal, sweep scientist"], affiliation: "Campaign demo, paper 1",
      note: """
        Every number in the results is set by name from an artifact of this paper's own runs; the source lists which.
        """,
      abstract: """
        Small networks trained on modular addition first memorise their training set and only much later generalise. \
        We ask how the moment at which they generalise depends on decoupled weight decay. We vary this one setting \
        over five values, hold everything else as it is in the baseline, and repeat each run with \
        \(number: "seeds") seeds. The mean number of steps until test accuracy passes its threshold falls from \
        \(number: "run_1.steps_to_99.mean") at the smallest positive value to \(number: "run_4.steps_to_99.mean") \
        at the largest, close to a power law with exponent \(number: "slope") (interval \(number: "slope.low") to \
        \(number: "slope.high")). Without weight decay no run generalised within the budget. All of it cost \
        \(number: "cost").
        """,
      sections: [introduction, related, method, results(effect: effect, curves: curves), limitations, conclusion],
      appendices: [reproduction], claims: claims,
      allowances: [LiteralAllowance("A100", because: "the name of a device")!])
  }

  private static let question = """
    how does the number of steps until generalisation depend on decoupled weight decay, when nothing else changes?
    """

  private static let introduction = PaperSection(
    "Introduction", role: .background,
    [
      .paragraph(
        """
        Neural networks that have fit their training data perfectly can, after many further steps in which nothing \
        seems to happen, begin to generalise. \(citing: "power2022grokking") observed this on small algorithmic \
        tasks and called it grokking. Later work explains the delay by a slow competition between a memorising and \
        a generalising solution \(cite: "nanda2023progress", "liu2022towards"), in which regularisation tips the \
        balance.
        """),
      .paragraph(
        """
        Weight decay is the usual regulariser here, in the decoupled form of \(citing: "loshchilov2019decoupled"). \
        That it matters is known; how much the moment of generalisation moves per unit of it is seldom reported \
        with an interval, and single seeds are common. As \(citing: "henderson2018deep") show for reinforcement \
        learning, conclusions from few seeds can reverse. This paper asks one question: \(emphasis: question)
        """),
      .paragraph("Our contributions are deliberately narrow:"),
      .list([
        "a sweep of one setting over five values, each with several seeds, with intervals for every mean;",
        "a fitted exponent for the dependence, with its own interval, rather than an adjective;",
        """
        the complete artifacts: each number below is set from a file that the runs wrote, and \
        \(section: "reproduction") says how to make them again.
        """,
      ]),
    ])

  private static let related = PaperSection(
    "Related work", role: .background,
    [
      .paragraph(
        """
        \(strong: "Delayed generalisation.") \(citing: "power2022grokking") study binary operations on finite \
        groups with small transformers \(cite: "vaswani2017attention"). \(citing: "nanda2023progress") \
        reverse-engineer the learned algorithm for modular addition and define progress measures that grow before \
        test accuracy does. \(citing: "liu2022towards") give an effective theory in which weight decay sets the \
        pace of representation learning, which predicts the direction of the effect that we measure.
        """),
      .paragraph(
        """
        \(strong: "Automated studies.") Systems that write whole papers with language models exist \
        \(cite: "lu2024aiscientist"). No language model took part in this study: the question, the runs and the \
        text come from fixed rules, which makes it a baseline that such systems should beat.
        """),
    ])

  private static let method = PaperSection(
    "Method", name: "method", role: .background,
    [
      .paragraph(
        """
        The task is addition modulo a small number: from two residues, each embedded in 64 dimensions, a network with \
        one hidden layer of 128 units predicts the residue of their sum. All pairs are enumerated and split at random. \
        The loss is the cross-entropy \(math: "L(\\theta)"), and one step of the optimiser is
        """),
      .formula(
        "\\theta_{t+1} = \\theta_t - \\eta \\left( \\frac{\\hat m_t}{\\sqrt{\\hat v_t} + \\varepsilon} "
          + "+ \\lambda \\theta_t \\right),"),
      .paragraph(
        """
        where \(math: "\\lambda") is the weight decay that we vary. Batches are full, so that seeds differ only in the \
        split and in the initialisation. \(table: "settings") lists the settings of the baseline; the edited line of \
        the source is
        """),
      .code(["weight_decay = 1.0  # decoupled weight decay"]),
      .table(
        PaperTable(
          name: "settings", caption: "Settings of the baseline, read from the source that ran.",
          columns: [.init("Setting"), .init("Name in the source"), .init("Value", .right)],
          rows: [
            ["Modulus", "\(code: "modulus")", "\(number: "modulus")"],
            ["Share of pairs for training", "\(code: "train_fraction")", "\(number: "fraction")"],
            ["Optimiser steps", "\(code: "steps")", "\(number: "steps")"],
            ["Seeds", "\(code: "seeds")", "\(number: "seeds")"],
            ["Weight decay (varied)", "\(code: "weight_decay")", "\(number: "run_3.weight_decay")"],
          ])),
      .heading("Measurement"),
      .paragraph(
        """
        We record the first step at which accuracy on the held-out pairs passes the threshold of the template, and the \
        accuracy at the end of training. Means are over seeds. Intervals are percentile bootstrap intervals \
        \(cite: "efron1979bootstrap", "efron1993introduction") at the level of 95%, from 10,000 resamples of the \
        seeds. With few seeds such intervals are too narrow, and we treat them as a lower bound on the \
        uncertainty. The experiments are written in JAX \(cite: "bradbury2018jax"); figures are drawn with Matplotlib \
        \(cite: "hunter2007matplotlib").
        """),
      .paragraph(
        """
        The plan was fixed before the first run: the values of the setting, the metric and the way in which intervals \
        are computed. Runs that fail are reported as failed, and no run is repeated because of what came out of it.
        """),
    ])

  private static func results(effect: BlobReference, curves: BlobReference) -> PaperSection {
    PaperSection(
      "Results", name: "results", role: .results,
      [
        .paragraph(
          """
          \(table: "main") gives the outcome for each value. With weight decay \(number: "run_1.weight_decay") the \
          network needs \(number: "run_1.steps_to_99.mean") steps on average; with \(number: "run_4.weight_decay") it \
          needs \(number: "run_4.steps_to_99.mean"). The intervals of neighbouring values do not overlap, so the order \
          is unlikely to come from the choice of seeds.
          """),
        .table(mainTable),
        .paragraph(
          """
          \(figure: "effect") shows the same numbers on logarithmic axes. A straight line describes them well; its \
          slope is \(number: "slope"), with an interval from \(number: "slope.low") to \(number: "slope.high"). \
          Doubling the weight decay thus saves about a third of the steps within the range that we studied.
          """),
        .figure(
          PaperFigure(
            name: "effect", file: "effect.pdf", blob: effect,
            caption: """
              Steps until test accuracy passes the threshold, over weight decay. Points are means over \
              \(number: "seeds") seeds, bars are bootstrap intervals.
              """, width: 0.82)),
        .heading("Memorisation comes first, and equally fast"),
        .paragraph(
          """
          Weight decay does not act on memorisation. In \(figure: "curves") the training accuracy of all values rises \
          together, within the first steps, while test accuracy follows at very different times. Without weight decay \
          test accuracy stays at \(number: "run_0.test_accuracy.mean"), which is below what guessing gives. The \
          run on an A100 would differ in speed, not in these counts.
          """),
        .figure(
          PaperFigure(
            name: "curves", file: "curves.pdf", blob: curves,
            caption: """
              Accuracy on the training pairs (left) and on the held-out pairs (right), mean over seeds, for each value \
              of weight decay. All values memorise together; they generalise one after the other.
              """, width: 0.92)),
        .paragraph(
          """
          At the largest value the final accuracy is \(number: "run_4.test_accuracy.mean"), slightly below the \
          \(number: "run_3.test_accuracy.mean") of the baseline. Whether still larger values begin to hurt is not \
          answered by these runs.
          """),
      ])
  }

  private static var mainTable: PaperTable {
    var rows: [[Prose]] = [
      ["\(number: "run_0.weight_decay")", "never", "", "\(number: "run_0.test_accuracy.mean")"]
    ]
    for run in (1..<values.count).map({ "run_\($0)" }) {
      rows.append([
        "\(number: "\(run).weight_decay")", "\(number: "\(run).steps_to_99.mean")",
        "[\(number: "\(run).steps_to_99.low"), \(number: "\(run).steps_to_99.high")]",
        "\(number: "\(run).test_accuracy.mean")",
      ])
    }
    return PaperTable(
      name: "main",
      caption: """
        Steps until test accuracy passes the threshold, and final test accuracy, for each value of weight decay. The \
        third column is the bootstrap interval of the second.
        """,
      columns: [
        .init("Weight decay", .right), .init("Steps (mean)", .right), .init("Interval", .center),
        .init("Final test accuracy", .right),
      ], rows: rows, note: "“Never”: no seed passed the threshold within the budget of steps.")
  }

  private static let limitations = PaperSection(
    "Limitations", role: .background,
    [
      .paragraph(
        """
        The study varies one setting of one small network on one task, on one kind of device. It says nothing of \
        interactions: learning rate and weight decay act together through their product, and a sweep of one of them \
        cannot tell the two apart. With so few seeds the intervals understate what more seeds would show. The \
        thresholded step count discards the shape of the curves, which \(citing: "nanda2023progress") show to be \
        informative. Finally, the exponent is a description over a little more than one decade and no law.
        """),
      .paragraph(
        """
        There is no ethical risk that we can see in training networks to add. The computation took less energy than \
        reading this paper on a screen.
        """),
    ])

  private static let conclusion = PaperSection(
    "Conclusion", role: .results,
    [
      .paragraph(
        """
        On modular addition, decoupled weight decay moves the moment of generalisation by an order of magnitude and \
        leaves memorisation where it is. The dependence is close to a power law with exponent \(number: "slope"). We \
        would next vary the share of training pairs at each of these values, because theory predicts that the two \
        trade against each other.
        """)
    ])

  private static let reproduction = PaperSection(
    "Reproduction", name: "reproduction", role: .background,
    [
      .paragraph(
        """
        The folder beside this paper holds the code of each run, its \(code: "final_info.json"), the plotting \
        script and the source of this text. Each number in the results is defined in \(code: "numbers.tex") from a \
        file of a run, by the rule that the list of claims gives. The same source gives the same PDF, byte for byte.
        """)
    ])
}
