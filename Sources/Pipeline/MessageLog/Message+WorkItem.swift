public import PaperModel
import WireFormat

extension Message {
  /// The message that asks for a work item.
  public init(_ item: WorkItem) {
    self.init(
      topic: .work(item.stage, item.opening.device), key: item.stream.description, body: WireFormat.encode(item),
      headers: [
        HeaderName.stream: item.stream.description, HeaderName.stage: item.stage.rawValue,
        HeaderName.campaign: item.opening.campaign, HeaderName.trace: TraceID(of: item).text,
      ])
    if item.opening.priority != .usual { headers[HeaderName.priority] = String(item.opening.priority.value) }
  }
}
