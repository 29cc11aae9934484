/// The resource that a stage occupies while a worker works on it.
public enum StageNeed: Int, Sendable, Comparable {
  /// Little more than memory: the stage mostly waits for answers, or works for a moment.
  case thinking
  /// A processor core.
  case processor
  case gpu

  public static func < (first: StageNeed, second: StageNeed) -> Bool { first.rawValue < second.rawValue }
}
