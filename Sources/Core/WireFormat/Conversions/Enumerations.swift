import PaperModel

extension WireStage {
  init(_ stage: Stage) {
    self =
      switch stage {
      case .ideate: .ideate
      case .novelty: .novelty
      case .design: .design
      case .run: .run
      case .plot: .plot
      case .write: .write
      case .review: .review
      case .revise: .revise
      }
  }

  func read(_ field: StaticString) throws(WireFormatError) -> Stage {
    if self == .unspecified { throw .invalid(field, "is missing") }
    guard let stage = Self.stages[number] else { throw .newer("Stage \(number) in \(field)") }
    return stage
  }

  private static let stages = Dictionary(uniqueKeysWithValues: Stage.allCases.map { (Self($0).number, $0) })

  /// A stage that works on streams of the kind of one.
  func read(_ field: StaticString, on stream: StreamID) throws(WireFormatError) -> Stage {
    let stage = try read(field)
    guard stage.streamKind == stream.kind else {
      throw .invalid(field, "is \(stage.rawValue), which does not work on \(stream)")
    }
    return stage
  }
}

extension WireDeviceKind {
  init(_ device: DeviceKind) {
    self =
      switch device {
      case .cpu: .cpu
      case .gpu: .gpu
      }
  }

  func read(_ field: StaticString) throws(WireFormatError) -> DeviceKind {
    switch self {
    case .cpu: .cpu
    case .gpu: .gpu
    case .unspecified: throw .invalid(field, "is missing")
    case .unrecognized(let number): throw .newer("Kind of device \(number) in \(field)")
    }
  }
}

extension WireWhenExhausted {
  func isSnooze(_ field: StaticString) throws(WireFormatError) -> Bool {
    switch self {
    case .deadLetter: false
    case .snooze: true
    case .unrecognized(let number): throw .newer("Handling of exhausted budgets \(number) in \(field)")
    }
  }
}

extension WireRetryability {
  init(_ retryability: Failure.Retryability) {
    self =
      switch retryability {
      case .transient: .transient
      case .permanent: .permanent
      case .later: .later
      }
  }

  func read(_ field: StaticString, laterSeconds: Int64) throws(WireFormatError) -> Failure.Retryability {
    switch self {
    case .transient: .transient
    case .permanent: .permanent
    case .later: .later(afterSeconds: Int(try laterSeconds.notNegative("failure.later_seconds")))
    case .unspecified: throw .invalid(field, "is missing")
    case .unrecognized(let number): throw .newer("Retryability \(number) in \(field)")
    }
  }
}
