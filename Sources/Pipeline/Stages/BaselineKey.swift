import PaperModel

/// What a baseline depends on.
struct BaselineKey: Codable, Sendable, Hashable {
  let files: FileTree
  let scale: CampaignDefinition.Scale
  let device: DeviceKind
  let timeLimitSeconds: Int
}
