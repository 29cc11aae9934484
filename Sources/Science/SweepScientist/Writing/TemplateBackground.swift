internal import PaperModel
internal import Typesetting

/// Facts about the built-in templates' subjects and about common settings, with citations.
enum TemplateBackground {
  /// What the template is about.
  static func subject(_ template: String) -> Prose {
    switch template {
    case "grokking":
      return """
        A small network that is trained on modular arithmetic can know its training data by heart long before it \
        generalises, a delay known as grokking \(cite: "power2022grokking"). The late transition has been linked to \
        the representations that training arrives at \(cite: "liu2022towards") and to circuits that form gradually \
        and come to light as memorised solutions are removed \(cite: "nanda2023progress"). It is a small, cheap and \
        well-known case in which the settings of training decide not only how well, but whether a network generalises.
        """
    case "diffusion2d":
      return """
        Denoising diffusion models learn to turn noise into samples step by step \(cite: "ho2020denoising"). On point \
        clouds in the plane they train within seconds, and the distance between samples and held-out points can be \
        measured directly \(cite: "szekely2013energy", "gretton2012kernel"), which makes such clouds a convenient \
        place to study one setting at a time.
        """
    case "charlm":
      return """
        Character-level language models predict text one character at a time, a task whose limits have been studied \
        since \(citing: "shannon1951prediction"). With a small transformer \(cite: "vaswani2017attention") and a \
        source of text whose entropy is known, a study can say how far from the optimum a model remains.
        """
    default:
      return """
        The outcome of training depends on many settings that are chosen once and then left alone. A study of one \
        such setting, with everything else held fixed, is cheap on a small experiment and shows how much rests on the \
        choice.
        """
    }
  }

  /// Why a setting deserves a question; nil if there is no general reason.
  static func motive(_ setting: String) -> Prose? {
    let name = setting.lowercased()
    if name.contains("weight_decay") {
      return """
        Weight decay pulls all weights towards zero at every step, in its decoupled form independently of the \
        gradient \(cite: "loshchilov2019decoupled"); it favours small weights over large ones that fit equally well.
        """
    }
    if name.contains("learning_rate") || name == "lr" {
      return """
        The learning rate scales every step of the optimiser \(cite: "kingma2015adam"), so it sets the speed of \
        training and, through the noise and the stability of the steps, often where training ends.
        """
    }
    if name.hasPrefix("beta") || name.contains("momentum") {
      return """
        Adaptive optimisers average gradients over past steps \(cite: "kingma2015adam"); how far back this memory \
        reaches is a setting that is rarely changed from its default.
        """
    }
    if name.contains("frac") || name.contains("share") {
      return "How much of the data is used for training bounds what can be learned from it at all."
    }
    if name.contains("init") {
      return "The size of the initial weights decides from where training starts, and how far it has to go."
    }
    if ["width", "hidden", "dim", "layer", "depth", "heads"].contains(where: name.contains) {
      return "The size of a network sets what it can represent, and what each step of training costs."
    }
    if name.contains("batch") {
      return "The size of a batch sets how noisy each step is, and how much data the same number of steps sees."
    }
    return nil
  }
}
