/// The files of the built-in template `charlm`, by their paths.
public enum CharLMTemplate {
  public static var files: [String: [UInt8]] {
    [
      "experiment.py": PackageResources.experiment_py,
      "plot.py": PackageResources.plot_py,
      "prompt.json": PackageResources.prompt_json,
      "requirements.txt": PackageResources.requirements_txt,
      "seed_ideas.json": PackageResources.seed_ideas_json,
    ]
  }
}
