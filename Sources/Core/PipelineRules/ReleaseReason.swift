/// Why workers give streams back that are not put off: others may take them at once.
public enum ReleaseReason {
  public static let workerStops = "the worker stops"
  public static let storesInTrouble = "the stores are in trouble"
  public static let returned: Set<String> = [workerStops, storesInTrouble]
}
