/// The reasons for which workers release streams that others may claim at once.
public enum ReleaseReason {
  public static let workerStops = "the worker stops"
  public static let storesInTrouble = "the stores are in trouble"
  public static let returned: Set<String> = [workerStops, storesInTrouble]
}
