/// The files of the built-in template `diffusion2d`, by their paths.
public enum Diffusion2DTemplate {
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
