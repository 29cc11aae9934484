/// The reasons of releases that mean something to a reader.
public enum ReleaseReason {
  /// Begins the reason of a stream that waits for a raise of its budget.
  public static let budgetExhausted = "the budget is exhausted: "
  public static let workerStops = "the worker stops"
  public static let storesInTrouble = "the stores are in trouble"
  /// Others may claim the stream at once.
  public static let returned: Set<String> = [workerStops, storesInTrouble]
}
