// swift-format-ignore-file
// Generated from protos/shoal.proto by protos/protoc-gen-shoal: change those and run protos/generate.

/// A kind of work on a stream. IDEATE works on campaigns, RUN on runs, the others on papers.
enum WireStage: OpenEnumeration {
  /// Never written.
  case unspecified
  case ideate
  case novelty
  case design
  case run
  case plot
  case write
  case review
  case revise
  /// A value of a newer version.
  case unrecognized(Int32)

  init(number: Int32) {
    switch number {
      case 0: self = .unspecified
      case 1: self = .ideate
      case 2: self = .novelty
      case 3: self = .design
      case 4: self = .run
      case 5: self = .plot
      case 6: self = .write
      case 7: self = .review
      case 8: self = .revise
      default: self = .unrecognized(number)
    }
  }

  var number: Int32 {
    switch self {
      case .unspecified: 0
      case .ideate: 1
      case .novelty: 2
      case .design: 3
      case .run: 4
      case .plot: 5
      case .write: 6
      case .review: 7
      case .revise: 8
      case .unrecognized(let number): number
    }
  }
}

/// The kind of slot that a run occupies.
enum WireDeviceKind: OpenEnumeration {
  /// Never written.
  case unspecified
  case cpu
  case gpu
  /// A value of a newer version.
  case unrecognized(Int32)

  init(number: Int32) {
    switch number {
      case 0: self = .unspecified
      case 1: self = .cpu
      case 2: self = .gpu
      default: self = .unrecognized(number)
    }
  }

  var number: Int32 {
    switch self {
      case .unspecified: 0
      case .cpu: 1
      case .gpu: 2
      case .unrecognized(let number): number
    }
  }
}

/// What happens to work that does not fit into the cap.
enum WireWhenExhausted: OpenEnumeration {
  /// Left out: it becomes a dead letter.
  case deadLetter
  /// It waits until the cap is raised.
  case snooze
  /// A value of a newer version.
  case unrecognized(Int32)

  init(number: Int32) {
    switch number {
      case 0: self = .deadLetter
      case 1: self = .snooze
      default: self = .unrecognized(number)
    }
  }

  var number: Int32 {
    switch self {
      case .deadLetter: 0
      case .snooze: 1
      case .unrecognized(let number): number
    }
  }
}

/// How a failure may be handled without a person.
enum WireRetryability: OpenEnumeration {
  /// Never written.
  case unspecified
  /// A later attempt may succeed.
  case transient
  /// Another attempt with the same input will fail too.
  case permanent
  /// An attempt is expected to succeed after later_seconds; no attempt is counted.
  case later
  /// A value of a newer version.
  case unrecognized(Int32)

  init(number: Int32) {
    switch number {
      case 0: self = .unspecified
      case 1: self = .transient
      case 2: self = .permanent
      case 3: self = .later
      default: self = .unrecognized(number)
    }
  }

  var number: Int32 {
    switch self {
      case .unspecified: 0
      case .transient: 1
      case .permanent: 2
      case .later: 3
      case .unrecognized(let number): number
    }
  }
}

/// A reference to bytes in the blob store.
struct WireBlobReference: GeneratedMessage {
  /// The digest of the bytes.
  var digest: String = ""
  /// The number of bytes, not negative.
  var size: Int64 = 0
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          digest = try reader.string()
        case (2, .varint):
          size = try reader.int64()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !digest.isEmpty { writer.put(1, string: digest) }
    if size != 0 { writer.put(2, int64: size) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The true cost of a step.
struct WireCharge: GeneratedMessage {
  /// The cost in money.
  var nanodollars: Int64 = 0
  /// Processor time over all processes of the step, not negative.
  var cpuNanoseconds: Int64 = 0
  /// Wall-clock time, not negative.
  var wallNanoseconds: Int64 = 0
  /// Other usage, in the order in which it was written; left out if there is none. At most 100.
  var usage: [WireUsage] = []
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          nanodollars = try reader.int64()
        case (2, .varint):
          cpuNanoseconds = try reader.int64()
        case (3, .varint):
          wallNanoseconds = try reader.int64()
        case (4, .bytes):
          try reader.append(to: &usage)
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if nanodollars != 0 { writer.put(1, int64: nanodollars) }
    if cpuNanoseconds != 0 { writer.put(2, int64: cpuNanoseconds) }
    if wallNanoseconds != 0 { writer.put(3, int64: wallNanoseconds) }
    for value in usage { writer.put(4, message: value) }
    writer.put(unknownFields: unknownFields)
  }
}

/// An amount of one thing that a provider counts.
struct WireUsage: GeneratedMessage {
  /// The kind of usage, e.g. inputTokens; not empty. Readers skip unknown kinds.
  var kind: String = ""
  /// The amount, not negative.
  var amount: Int64 = 0
  /// The unit, e.g. token; not empty.
  var unit: String = ""
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          kind = try reader.string()
        case (2, .varint):
          amount = try reader.int64()
        case (3, .bytes):
          unit = try reader.string()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !kind.isEmpty { writer.put(1, string: kind) }
    if amount != 0 { writer.put(2, int64: amount) }
    if !unit.isEmpty { writer.put(3, string: unit) }
    writer.put(unknownFields: unknownFields)
  }
}

/// Why something failed.
struct WireFailure: GeneratedMessage {
  /// The kind, for filters and metrics.
  var kind: String = ""
  /// One sentence for users, at most 1,024 bytes.
  var message: String = ""
  /// What a user should do next, at most 1,024 bytes; empty if the message says it.
  var advice: String = ""
  /// Whether a later attempt may succeed.
  var retryability: WireRetryability = WireRetryability(number: 0)
  /// With RETRYABILITY_LATER: how long to wait, in seconds, not negative. Left out for the others.
  var laterSeconds: Int64 = 0
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          kind = try reader.string()
        case (2, .bytes):
          message = try reader.string()
        case (3, .bytes):
          advice = try reader.string()
        case (4, .varint):
          retryability = try reader.enumeration()
        case (5, .varint):
          laterSeconds = try reader.int64()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !kind.isEmpty { writer.put(1, string: kind) }
    if !message.isEmpty { writer.put(2, string: message) }
    if !advice.isEmpty { writer.put(3, string: advice) }
    if retryability.number != 0 { writer.put(4, enumeration: retryability) }
    if laterSeconds != 0 { writer.put(5, int64: laterSeconds) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The stream that waits for a run's end.
struct WireParent: GeneratedMessage {
  /// The stream that asked.
  var stream: String = ""
  /// The stage that waits; it works on streams of that kind.
  var stage: WireStage = WireStage(number: 0)
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          stream = try reader.string()
        case (2, .varint):
          stage = try reader.enumeration()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !stream.isEmpty { writer.put(1, string: stream) }
    if stage.number != 0 { writer.put(2, enumeration: stage) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The definition of a stream, written once.
struct WireOpening: GeneratedMessage {
  /// The name of the campaign that the stream belongs to.
  var campaign: String = ""
  /// A one-line title for tables.
  var title: String = ""
  /// The most that the stream may cost: a campaign's budget, a paper's cap, a run's allowance.
  var capNanodollars: Int64 = 0
  /// A run's parent; left out for other streams.
  var parent: WireParent?
  /// The kind of slot for a run, and for the runs that other streams ask for.
  var device: WireDeviceKind = WireDeviceKind(number: 0)
  /// The definition: JSON in the blob store.
  var definition: WireBlobReference?
  /// What happens to work that does not fit into the cap.
  var whenExhausted: WireWhenExhausted = WireWhenExhausted(number: 0)
  /// From -100 to 100; higher priorities are delivered first. Left out: 0.
  var priority: Int64 = 0
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          campaign = try reader.string()
        case (2, .bytes):
          title = try reader.string()
        case (3, .varint):
          capNanodollars = try reader.int64()
        case (4, .bytes):
          var value = parent ?? WireParent()
          parent = nil
          try reader.message(into: &value)
          parent = value
        case (5, .varint):
          device = try reader.enumeration()
        case (6, .bytes):
          var value = definition ?? WireBlobReference()
          definition = nil
          try reader.message(into: &value)
          definition = value
        case (7, .varint):
          whenExhausted = try reader.enumeration()
        case (8, .varint):
          priority = try reader.int64()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !campaign.isEmpty { writer.put(1, string: campaign) }
    if !title.isEmpty { writer.put(2, string: title) }
    if capNanodollars != 0 { writer.put(3, int64: capNanodollars) }
    if let parent { writer.put(4, message: parent) }
    if device.number != 0 { writer.put(5, enumeration: device) }
    if let definition { writer.put(6, message: definition) }
    if whenExhausted.number != 0 { writer.put(7, enumeration: whenExhausted) }
    if priority != 0 { writer.put(8, int64: priority) }
    writer.put(unknownFields: unknownFields)
  }
}

/// One stage of one stream, to be worked on.
struct WireWorkItem: GeneratedMessage {
  /// The stream.
  var stream: String = ""
  /// The stage; it works on streams of that kind.
  var stage: WireStage = WireStage(number: 0)
  /// With this the first worker that claims the stream opens it.
  var opening: WireOpening?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          stream = try reader.string()
        case (2, .varint):
          stage = try reader.enumeration()
        case (3, .bytes):
          var value = opening ?? WireOpening()
          opening = nil
          try reader.message(into: &value)
          opening = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !stream.isEmpty { writer.put(1, string: stream) }
    if stage.number != 0 { writer.put(2, enumeration: stage) }
    if let opening { writer.put(3, message: opening) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The body of a message in a work topic. At most 1,000,000 bytes.
struct WireWorkMessage: GeneratedMessage {
  /// The version of the format, 1. A reader refuses a higher one. Always the first field.
  var version: UInt32 = 0
  /// The requested work.
  var item: WireWorkItem?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          version = try reader.uint32()
        case (2, .bytes):
          var value = item ?? WireWorkItem()
          item = nil
          try reader.message(into: &value)
          item = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if version != 0 { writer.put(1, uint32: version) }
    if let item { writer.put(2, message: item) }
    writer.put(unknownFields: unknownFields)
  }
}

/// A run as its parent requests it.
struct WireRunAsk: GeneratedMessage {
  /// The run's stream, of the kind run.
  var run: String = ""
  /// Its opening, with a parent. Its cap is the allowance, on the parent's books from the ask to the fold.
  var opening: WireOpening?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          run = try reader.string()
        case (2, .bytes):
          var value = opening ?? WireOpening()
          opening = nil
          try reader.message(into: &value)
          opening = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !run.isEmpty { writer.put(1, string: run) }
    if let opening { writer.put(2, message: opening) }
    writer.put(unknownFields: unknownFields)
  }
}

/// A run was cancelled.
struct WireRunCancelled: GeneratedMessage {
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    writer.put(unknownFields: unknownFields)
  }
}

/// How a run ended: exactly one of these.
struct WireRunEnd: GeneratedMessage {
  var end: End?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  enum End: Hashable, Sendable {
    /// With a result: JSON in the blob store.
    case finished(WireBlobReference)
    /// It became a dead letter.
    case dead(WireFailure)
    /// It was cancelled.
    case cancelled(WireRunCancelled)
  }

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          var value = WireBlobReference()
          if case .finished(let held)? = end {
            value = held
            end = nil
          }
          try reader.message(into: &value)
          end = .finished(value)
        case (2, .bytes):
          var value = WireFailure()
          if case .dead(let held)? = end {
            value = held
            end = nil
          }
          try reader.message(into: &value)
          end = .dead(value)
        case (3, .bytes):
          var value = WireRunCancelled()
          if case .cancelled(let held)? = end {
            value = held
            end = nil
          }
          try reader.message(into: &value)
          end = .cancelled(value)
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    switch end {
      case .finished(let value): writer.put(1, message: value)
      case .dead(let value): writer.put(2, message: value)
      case .cancelled(let value): writer.put(3, message: value)
      case nil: break
    }
    writer.put(unknownFields: unknownFields)
  }
}

/// The identity of a step. The same request at the same place is the same step.
struct WireStepID: GeneratedMessage {
  /// The stage.
  var stage: WireStage = WireStage(number: 0)
  /// The visit of the stage.
  var visit: UInt32 = 0
  /// The name of the step; not empty.
  var name: String = ""
  /// The number of earlier steps in the visit with this name and this request. Older writers counted those of the name
  /// alone, so a reader takes the steps of a name and request in the order of their ordinals.
  var ordinal: UInt32 = 0
  /// The digest of the request.
  var requestDigest: String = ""
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          stage = try reader.enumeration()
        case (2, .varint):
          visit = try reader.uint32()
        case (3, .bytes):
          name = try reader.string()
        case (4, .varint):
          ordinal = try reader.uint32()
        case (5, .bytes):
          requestDigest = try reader.string()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if stage.number != 0 { writer.put(1, enumeration: stage) }
    if visit != 0 { writer.put(2, uint32: visit) }
    if !name.isEmpty { writer.put(3, string: name) }
    if ordinal != 0 { writer.put(4, uint32: ordinal) }
    if !requestDigest.isEmpty { writer.put(5, string: requestDigest) }
    writer.put(unknownFields: unknownFields)
  }
}

/// A worker claims the stream for a stage. Attempts of a stage are counted; snoozes are not.
struct WireClaimed: GeneratedMessage {
  /// The worker's name, not empty: one life of one process.
  var worker: String = ""
  var stage: WireStage = WireStage(number: 0)
  var visit: UInt32 = 0
  var attempt: UInt32 = 0
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          worker = try reader.string()
        case (2, .varint):
          stage = try reader.enumeration()
        case (3, .varint):
          visit = try reader.uint32()
        case (4, .varint):
          attempt = try reader.uint32()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !worker.isEmpty { writer.put(1, string: worker) }
    if stage.number != 0 { writer.put(2, enumeration: stage) }
    if visit != 0 { writer.put(3, uint32: visit) }
    if attempt != 0 { writer.put(4, uint32: attempt) }
    writer.put(unknownFields: unknownFields)
  }
}

/// Money is reserved and the step begins.
struct WireStepStarted: GeneratedMessage {
  var step: WireStepID?
  var attempt: UInt32 = 0
  var reservedNanodollars: Int64 = 0
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          var value = step ?? WireStepID()
          step = nil
          try reader.message(into: &value)
          step = value
        case (2, .varint):
          attempt = try reader.uint32()
        case (3, .varint):
          reservedNanodollars = try reader.int64()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if let step { writer.put(1, message: step) }
    if attempt != 0 { writer.put(2, uint32: attempt) }
    if reservedNanodollars != 0 { writer.put(3, int64: reservedNanodollars) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The step has its result, and its cost replaces the reservation.
struct WireStepFinished: GeneratedMessage {
  var step: WireStepID?
  var attempt: UInt32 = 0
  var result: WireBlobReference?
  var charge: WireCharge?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          var value = step ?? WireStepID()
          step = nil
          try reader.message(into: &value)
          step = value
        case (2, .varint):
          attempt = try reader.uint32()
        case (3, .bytes):
          var value = result ?? WireBlobReference()
          result = nil
          try reader.message(into: &value)
          result = value
        case (4, .bytes):
          var value = charge ?? WireCharge()
          charge = nil
          try reader.message(into: &value)
          charge = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if let step { writer.put(1, message: step) }
    if attempt != 0 { writer.put(2, uint32: attempt) }
    if let result { writer.put(3, message: result) }
    if let charge { writer.put(4, message: charge) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The step has no result, but this cost.
struct WireStepFailed: GeneratedMessage {
  var step: WireStepID?
  var attempt: UInt32 = 0
  var failure: WireFailure?
  var charge: WireCharge?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          var value = step ?? WireStepID()
          step = nil
          try reader.message(into: &value)
          step = value
        case (2, .varint):
          attempt = try reader.uint32()
        case (3, .bytes):
          var value = failure ?? WireFailure()
          failure = nil
          try reader.message(into: &value)
          failure = value
        case (4, .bytes):
          var value = charge ?? WireCharge()
          charge = nil
          try reader.message(into: &value)
          charge = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if let step { writer.put(1, message: step) }
    if attempt != 0 { writer.put(2, uint32: attempt) }
    if let failure { writer.put(3, message: failure) }
    if let charge { writer.put(4, message: charge) }
    writer.put(unknownFields: unknownFields)
  }
}

/// A successor found the step open: its reservation stays on the books as uncertain.
struct WireStepAbandoned: GeneratedMessage {
  var step: WireStepID?
  var attempt: UInt32 = 0
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          var value = step ?? WireStepID()
          step = nil
          try reader.message(into: &value)
          step = value
        case (2, .varint):
          attempt = try reader.uint32()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if let step { writer.put(1, message: step) }
    if attempt != 0 { writer.put(2, uint32: attempt) }
    writer.put(unknownFields: unknownFields)
  }
}

/// What is known of a call whose price is not: by it the call is found at its provider later.
struct WireReceipt: GeneratedMessage {
  /// What was called, e.g. a URL without its query; not empty.
  var endpoint: String = ""
  /// The provider's name of the model; may be empty.
  var model: String = ""
  /// The provider's id of the request; empty if none came.
  var requestId: String = ""
  /// The provider's id of the answer; empty if none came.
  var answerId: String = ""
  /// What the provider had counted before the end, e.g. the tokens of the request. At most 100.
  var counted: [WireUsage] = []
  /// The bytes of the answer's text that came, not negative.
  var seenBytes: Int64 = 0
  /// Why the price is not known, at most 1,024 bytes.
  var reason: String = ""
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          endpoint = try reader.string()
        case (2, .bytes):
          model = try reader.string()
        case (3, .bytes):
          requestId = try reader.string()
        case (4, .bytes):
          answerId = try reader.string()
        case (5, .bytes):
          try reader.append(to: &counted)
        case (6, .varint):
          seenBytes = try reader.int64()
        case (7, .bytes):
          reason = try reader.string()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !endpoint.isEmpty { writer.put(1, string: endpoint) }
    if !model.isEmpty { writer.put(2, string: model) }
    if !requestId.isEmpty { writer.put(3, string: requestId) }
    if !answerId.isEmpty { writer.put(4, string: answerId) }
    for value in counted { writer.put(5, message: value) }
    if seenBytes != 0 { writer.put(6, int64: seenBytes) }
    if !reason.isEmpty { writer.put(7, string: reason) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The step is over, and its owner does not know its price: the reservation stays on the books until `settled_late`.
struct WireStepUnsettled: GeneratedMessage {
  var step: WireStepID?
  var attempt: UInt32 = 0
  var receipt: WireReceipt?
  var came: Came?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  enum Came: Hashable, Sendable {
    /// The whole result: the step is not taken again.
    case result(WireBlobReference)
    /// Why there is none.
    case failure(WireFailure)
  }

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          var value = step ?? WireStepID()
          step = nil
          try reader.message(into: &value)
          step = value
        case (2, .varint):
          attempt = try reader.uint32()
        case (3, .bytes):
          var value = WireBlobReference()
          if case .result(let held)? = came {
            value = held
            came = nil
          }
          try reader.message(into: &value)
          came = .result(value)
        case (4, .bytes):
          var value = WireFailure()
          if case .failure(let held)? = came {
            value = held
            came = nil
          }
          try reader.message(into: &value)
          came = .failure(value)
        case (5, .bytes):
          var value = receipt ?? WireReceipt()
          receipt = nil
          try reader.message(into: &value)
          receipt = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if let step { writer.put(1, message: step) }
    if attempt != 0 { writer.put(2, uint32: attempt) }
    switch came {
      case .result(let value): writer.put(3, message: value)
      case .failure(let value): writer.put(4, message: value)
      case nil: break
    }
    if let receipt { writer.put(5, message: receipt) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The true cost of an abandoned or unsettled attempt, learnt late.
struct WireSettledLate: GeneratedMessage {
  var step: WireStepID?
  var attempt: UInt32 = 0
  var charge: WireCharge?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          var value = step ?? WireStepID()
          step = nil
          try reader.message(into: &value)
          step = value
        case (2, .varint):
          attempt = try reader.uint32()
        case (3, .bytes):
          var value = charge ?? WireCharge()
          charge = nil
          try reader.message(into: &value)
          charge = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if let step { writer.put(1, message: step) }
    if attempt != 0 { writer.put(2, uint32: attempt) }
    if let charge { writer.put(3, message: charge) }
    writer.put(unknownFields: unknownFields)
  }
}

/// Runs are requested; their allowances are on the books from here. At most 10,000.
struct WireAsked: GeneratedMessage {
  var stage: WireStage = WireStage(number: 0)
  var visit: UInt32 = 0
  var runs: [WireRunAsk] = []
  /// What later visits of the stage need to remember: bytes in the blob store, which replace those of the previous ask.
  /// Left out if there is nothing.
  var memo: WireBlobReference?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          stage = try reader.enumeration()
        case (2, .varint):
          visit = try reader.uint32()
        case (3, .bytes):
          try reader.append(to: &runs)
        case (4, .bytes):
          var value = memo ?? WireBlobReference()
          memo = nil
          try reader.message(into: &value)
          memo = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if stage.number != 0 { writer.put(1, enumeration: stage) }
    if visit != 0 { writer.put(2, uint32: visit) }
    for value in runs { writer.put(3, message: value) }
    if let memo { writer.put(4, message: memo) }
    writer.put(unknownFields: unknownFields)
  }
}

/// All requested runs are in the log; the visit is over.
struct WireWaiting: GeneratedMessage {
  var stage: WireStage = WireStage(number: 0)
  var visit: UInt32 = 0
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          stage = try reader.enumeration()
        case (2, .varint):
          visit = try reader.uint32()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if stage.number != 0 { writer.put(1, enumeration: stage) }
    if visit != 0 { writer.put(2, uint32: visit) }
    writer.put(unknownFields: unknownFields)
  }
}

/// A run's end is folded in, and the sum of its journal's reservations replaces the allowance.
struct WireFolded: GeneratedMessage {
  /// The run's stream.
  var run: String = ""
  var end: WireRunEnd?
  var bookedNanodollars: Int64 = 0
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          run = try reader.string()
        case (2, .bytes):
          var value = end ?? WireRunEnd()
          end = nil
          try reader.message(into: &value)
          end = value
        case (3, .varint):
          bookedNanodollars = try reader.int64()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !run.isEmpty { writer.put(1, string: run) }
    if let end { writer.put(2, message: end) }
    if bookedNanodollars != 0 { writer.put(3, int64: bookedNanodollars) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The stage has its result; these items follow, at most 10,000.
struct WireStageFinished: GeneratedMessage {
  var stage: WireStage = WireStage(number: 0)
  var visit: UInt32 = 0
  var result: WireBlobReference?
  var next: [WireWorkItem] = []
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          stage = try reader.enumeration()
        case (2, .varint):
          visit = try reader.uint32()
        case (3, .bytes):
          var value = result ?? WireBlobReference()
          result = nil
          try reader.message(into: &value)
          result = value
        case (4, .bytes):
          try reader.append(to: &next)
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if stage.number != 0 { writer.put(1, enumeration: stage) }
    if visit != 0 { writer.put(2, uint32: visit) }
    if let result { writer.put(3, message: result) }
    for value in next { writer.put(4, message: value) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The attempt failed and another will be made.
struct WireAttemptFailed: GeneratedMessage {
  var stage: WireStage = WireStage(number: 0)
  var attempt: UInt32 = 0
  var failure: WireFailure?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          stage = try reader.enumeration()
        case (2, .varint):
          attempt = try reader.uint32()
        case (3, .bytes):
          var value = failure ?? WireFailure()
          failure = nil
          try reader.message(into: &value)
          failure = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if stage.number != 0 { writer.put(1, enumeration: stage) }
    if attempt != 0 { writer.put(2, uint32: attempt) }
    if let failure { writer.put(3, message: failure) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The worker releases the stream without an attempt being counted.
struct WireReleased: GeneratedMessage {
  var stage: WireStage = WireStage(number: 0)
  var reason: String = ""
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          stage = try reader.enumeration()
        case (2, .bytes):
          reason = try reader.string()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if stage.number != 0 { writer.put(1, enumeration: stage) }
    if !reason.isEmpty { writer.put(2, string: reason) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The stream was given up. A replay continues it.
struct WireDeadLettered: GeneratedMessage {
  var stage: WireStage = WireStage(number: 0)
  var failure: WireFailure?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          stage = try reader.enumeration()
        case (2, .bytes):
          var value = failure ?? WireFailure()
          failure = nil
          try reader.message(into: &value)
          failure = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if stage.number != 0 { writer.put(1, enumeration: stage) }
    if let failure { writer.put(2, message: failure) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The stream was cancelled.
struct WireCancelled: GeneratedMessage {
  var reason: String = ""
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          reason = try reader.string()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !reason.isEmpty { writer.put(1, string: reason) }
    writer.put(unknownFields: unknownFields)
  }
}

/// A new cap.
struct WireCapChanged: GeneratedMessage {
  var capNanodollars: Int64 = 0
  /// In a paper: the number of the entry `granted` of its campaign that covers the cap, or that it knows of. 0 if the
  /// campaign granted it nothing: its journal then holds the cap of the opening. Older writers left it out.
  var grant: Int64 = 0
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          capNanodollars = try reader.int64()
        case (2, .varint):
          grant = try reader.int64()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if capNanodollars != 0 { writer.put(1, int64: capNanodollars) }
    if grant != 0 { writer.put(2, int64: grant) }
    writer.put(unknownFields: unknownFields)
  }
}

/// In a campaign: from here on its books hold this amount for the paper. It is written before the paper's cap is
/// raised, and after it was lowered.
struct WireGranted: GeneratedMessage {
  var paper: String = ""
  var capNanodollars: Int64 = 0
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          paper = try reader.string()
        case (2, .varint):
          capNanodollars = try reader.int64()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !paper.isEmpty { writer.put(1, string: paper) }
    if capNanodollars != 0 { writer.put(2, int64: capNanodollars) }
    writer.put(unknownFields: unknownFields)
  }
}

/// The stream is replayed from a stage; results of that stage and later ones no longer count.
struct WireReplayed: GeneratedMessage {
  var from: WireStage = WireStage(number: 0)
  var reason: String = ""
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          from = try reader.enumeration()
        case (2, .bytes):
          reason = try reader.string()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if from.number != 0 { writer.put(1, enumeration: from) }
    if !reason.isEmpty { writer.put(2, string: reason) }
    writer.put(unknownFields: unknownFields)
  }
}

/// One entry of a stream's journal. At most 16 MiB.
struct WireJournalEntry: GeneratedMessage {
  /// The version of the format, 1. A reader refuses a higher one. Always the first field.
  var version: UInt32 = 0
  /// The number of the entry in its journal, from 0.
  var number: Int64 = 0
  /// The time of writing, by the writer's clock: microseconds since 1970, up to the year 9999. For people.
  var atMicroseconds: Int64 = 0
  /// The fact: exactly one. 10 to 99 are facts only, so that a reader can name an unknown one.
  var fact: Fact?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  enum Fact: Hashable, Sendable {
    case opened(WireOpening)
    case claimed(WireClaimed)
    case stepStarted(WireStepStarted)
    case stepFinished(WireStepFinished)
    case stepFailed(WireStepFailed)
    case stepAbandoned(WireStepAbandoned)
    case settledLate(WireSettledLate)
    case asked(WireAsked)
    case waiting(WireWaiting)
    case folded(WireFolded)
    case stageFinished(WireStageFinished)
    case attemptFailed(WireAttemptFailed)
    case released(WireReleased)
    case deadLettered(WireDeadLettered)
    case cancelled(WireCancelled)
    case capChanged(WireCapChanged)
    case replayed(WireReplayed)
    case granted(WireGranted)
    case stepUnsettled(WireStepUnsettled)
  }

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          version = try reader.uint32()
        case (2, .varint):
          number = try reader.int64()
        case (3, .varint):
          atMicroseconds = try reader.int64()
        case (10, .bytes):
          var value = WireOpening()
          if case .opened(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .opened(value)
        case (11, .bytes):
          var value = WireClaimed()
          if case .claimed(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .claimed(value)
        case (12, .bytes):
          var value = WireStepStarted()
          if case .stepStarted(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .stepStarted(value)
        case (13, .bytes):
          var value = WireStepFinished()
          if case .stepFinished(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .stepFinished(value)
        case (14, .bytes):
          var value = WireStepFailed()
          if case .stepFailed(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .stepFailed(value)
        case (15, .bytes):
          var value = WireStepAbandoned()
          if case .stepAbandoned(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .stepAbandoned(value)
        case (16, .bytes):
          var value = WireSettledLate()
          if case .settledLate(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .settledLate(value)
        case (17, .bytes):
          var value = WireAsked()
          if case .asked(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .asked(value)
        case (18, .bytes):
          var value = WireWaiting()
          if case .waiting(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .waiting(value)
        case (19, .bytes):
          var value = WireFolded()
          if case .folded(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .folded(value)
        case (20, .bytes):
          var value = WireStageFinished()
          if case .stageFinished(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .stageFinished(value)
        case (21, .bytes):
          var value = WireAttemptFailed()
          if case .attemptFailed(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .attemptFailed(value)
        case (22, .bytes):
          var value = WireReleased()
          if case .released(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .released(value)
        case (23, .bytes):
          var value = WireDeadLettered()
          if case .deadLettered(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .deadLettered(value)
        case (24, .bytes):
          var value = WireCancelled()
          if case .cancelled(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .cancelled(value)
        case (25, .bytes):
          var value = WireCapChanged()
          if case .capChanged(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .capChanged(value)
        case (26, .bytes):
          var value = WireReplayed()
          if case .replayed(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .replayed(value)
        case (27, .bytes):
          var value = WireGranted()
          if case .granted(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .granted(value)
        case (28, .bytes):
          var value = WireStepUnsettled()
          if case .stepUnsettled(let held)? = fact {
            value = held
            fact = nil
          }
          try reader.message(into: &value)
          fact = .stepUnsettled(value)
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if version != 0 { writer.put(1, uint32: version) }
    if number != 0 { writer.put(2, int64: number) }
    if atMicroseconds != 0 { writer.put(3, int64: atMicroseconds) }
    switch fact {
      case .opened(let value): writer.put(10, message: value)
      case .claimed(let value): writer.put(11, message: value)
      case .stepStarted(let value): writer.put(12, message: value)
      case .stepFinished(let value): writer.put(13, message: value)
      case .stepFailed(let value): writer.put(14, message: value)
      case .stepAbandoned(let value): writer.put(15, message: value)
      case .settledLate(let value): writer.put(16, message: value)
      case .asked(let value): writer.put(17, message: value)
      case .waiting(let value): writer.put(18, message: value)
      case .folded(let value): writer.put(19, message: value)
      case .stageFinished(let value): writer.put(20, message: value)
      case .attemptFailed(let value): writer.put(21, message: value)
      case .released(let value): writer.put(22, message: value)
      case .deadLettered(let value): writer.put(23, message: value)
      case .cancelled(let value): writer.put(24, message: value)
      case .capChanged(let value): writer.put(25, message: value)
      case .replayed(let value): writer.put(26, message: value)
      case .granted(let value): writer.put(27, message: value)
      case .stepUnsettled(let value): writer.put(28, message: value)
      case nil: break
    }
    writer.put(unknownFields: unknownFields)
  }
}

/// The body of a message in the topic `events`: an entry of a journal, sent after it was appended. At most 1,000,000
/// bytes. An event may come more than once and, if several processes append to one stream, out of order: (stream,
/// number) identifies it, and readers drop duplicates. The journal is the truth; whatever is derived from events can be
/// derived from journals.
struct WireEvent: GeneratedMessage {
  /// The version of the format, 1. A reader refuses a higher one. Always the first field.
  var version: UInt32 = 0
  /// The stream.
  var stream: String = ""
  /// The entry's number in the stream's journal, from 0.
  var number: Int64 = 0
  /// The entry, with the same number. Its time is the journal's or, right after the append, that of the process that
  /// appended it. Left out if the event would be too large: then the journal has it.
  var entry: WireJournalEntry?
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          version = try reader.uint32()
        case (2, .bytes):
          stream = try reader.string()
        case (3, .varint):
          number = try reader.int64()
        case (4, .bytes):
          var value = entry ?? WireJournalEntry()
          entry = nil
          try reader.message(into: &value)
          entry = value
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if version != 0 { writer.put(1, uint32: version) }
    if !stream.isEmpty { writer.put(2, string: stream) }
    if number != 0 { writer.put(3, int64: number) }
    if let entry { writer.put(4, message: entry) }
    writer.put(unknownFields: unknownFields)
  }
}

/// One entry of a page.
struct WirePagedEntry: GeneratedMessage {
  /// The stream.
  var stream: String = ""
  /// The entry's number in the stream's journal, from 0.
  var number: Int64 = 0
  /// The entry, a JournalEntry with the same number; as bytes, so that a reader may skip those of other streams.
  var entry: [UInt8] = []
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .bytes):
          stream = try reader.string()
        case (2, .varint):
          number = try reader.int64()
        case (3, .bytes):
          entry = try reader.octets()
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if !stream.isEmpty { writer.put(1, string: stream) }
    if number != 0 { writer.put(2, int64: number) }
    if !entry.isEmpty { writer.put(3, octets: entry) }
    writer.put(unknownFields: unknownFields)
  }
}

/// A file of a folder's journal with entries of several streams: written once, and linked to the name of each entry.
/// At most 1 MiB and 64 entries, each of another stream. A single entry is stored as a JournalEntry, without a page.
struct WireJournalPage: GeneratedMessage {
  /// The version of the format, 1. A reader refuses a higher one. Always the first field.
  var version: UInt32 = 0
  var entries: [WirePagedEntry] = []
  /// Fields that this version does not know, as they came.
  var unknownFields: [UInt8] = []

  mutating func merge(from reader: inout FieldReader) throws(MalformedMessage) {
    while let tag = try reader.nextTag() {
      switch (tag.number, tag.type) {
        case (1, .varint):
          version = try reader.uint32()
        case (100, .bytes):
          try reader.append(to: &entries)
        default: try reader.keep(tag, in: &unknownFields)
      }
    }
  }

  func encode(to writer: inout FieldWriter) {
    if version != 0 { writer.put(1, uint32: version) }
    for value in entries { writer.put(100, message: value) }
    writer.put(unknownFields: unknownFields)
  }
}
