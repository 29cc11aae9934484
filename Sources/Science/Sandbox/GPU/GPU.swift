/// One GPU of this machine, as its driver describes it.
public struct GPU: Sendable, Hashable {
  /// Its number in `nvidia-smi`.
  public let index: Int
  /// Its permanent name, e.g. `GPU-8a1f…`.
  public let uuid: String
  /// Its address on the PCI bus, e.g. `00000000:01:00.0`.
  public let bus: String
  /// Its model.
  public let name: String
  /// Its memory in MiB; nil if it shares the machine's and the driver gives no figure.
  public let memoryMebibytes: Int?

  public init(index: Int, uuid: String, bus: String, name: String, memoryMebibytes: Int?) {
    self.index = index
    self.uuid = uuid
    self.bus = bus
    self.name = name
    self.memoryMebibytes = memoryMebibytes
  }
}

/// Which GPUs a worker takes.
public enum GPUChoice: Sendable, Equatable {
  /// All that exist and are free.
  case automatic
  /// All of the machine's.
  case all
  /// This many of those that are free.
  case count(Int)
  /// The ones with these numbers.
  case indexes([Int])
  case nothing

  /// Reads `all`, `none`, a count, or numbers with commas between or after them (`0,2`, `3,`); nil for anything else.
  public init?(_ text: String) {
    switch text {
    case "all": self = .all
    case "none": self = .nothing
    default:
      let parts = text.split(separator: ",", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { part in
        part.utf8.allSatisfy { (0x30...0x39).contains($0) } && part.utf8.count <= 4 ? Int(part) : nil
      }
      if parts.count == 1, numbers.count == 1, numbers[0] > 0 {
        self = .count(numbers[0])
      } else if parts.count > 1, numbers.count == parts.count - (parts.last == "" ? 1 : 0),
        Set(numbers).count == numbers.count
      {
        self = .indexes(numbers)
      } else {
        return nil
      }
    }
  }
}
