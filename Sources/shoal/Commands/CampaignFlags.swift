import CommandTable
import ExperimentTemplates
import FoundationEssentials
import Operations
import PaperModel

/// The flags that make a campaign, and the campaign that they make.
enum CampaignFlags {
  static let flags: [Flag] = [
    .value(
      "template", short: "t", .text, as: "NAME|DIR",
      help: "The experiment template: grokking, diffusion2d, charlm, or a folder of one's own"),
    .value("ideas", short: "n", .integer(0...10_000), as: "N", help: "How many papers are wanted", default: "3"),
    .value("name", .text, as: "NAME", help: "The campaign's name; made up where it is not given"),
    .value(
      "scale", .choice(CampaignDefinition.Scale.allCases.map(\.rawValue)), as: "SCALE",
      help: "How much each experiment computes", default: "small"),
    .value(
      "time-limit", .duration(.seconds(1)...(.seconds(7 * 86_400))), as: "TIME",
      help: "The longest that one experiment may take; 5m at small scale, 2h at full scale where it is not given"),
    .value("budget", .money, as: "DOLLARS", help: "The most that all of it may cost", default: "15"),
    .value(
      "when-exhausted", .choice(["dead-letter", "snooze"]), as: "WHAT",
      help: "What becomes of a paper whose next step does not fit into its share", default: "dead-letter"),
    .value(
      "device", .choice(DeviceKind.allCases.map(\.rawValue)), as: "KIND", help: "What experiments run on",
      default: "cpu"),
    .value("model", .choice(["sweep"]), as: "NAME", help: "Who does the science", default: "sweep"),
  ]

  /// The campaign that the flags describe; the template's files are kept in the blob store.
  static func definition(_ invocation: Invocation, _ blobs: any BlobStore) async throws -> CampaignDefinition {
    guard let template = invocation.text("template") else {
      throw invocation.failure("needs --template NAME|DIR, such as --template grokking")
    }
    let bundle = try await TemplateChoice.bundle(template, blobs)
    let scale = CampaignDefinition.Scale(rawValue: invocation.text("scale") ?? "small") ?? .small
    let limit = invocation.duration("time-limit")?.components.seconds ?? (scale == .small ? 300 : 7200)
    return CampaignDefinition(
      name: invocation.text("name") ?? "\(plain(bundle.name))-\(String(UInt32.random(in: 0 ... .max), radix: 36))",
      template: bundle, ideas: invocation.integer("ideas") ?? 3, scientist: invocation.text("model") ?? "sweep",
      scale: scale, timeLimitSeconds: max(1, Int(limit)),
      budget: Money(nanodollars: invocation.nanoDollars("budget") ?? 15_000_000_000),
      whenExhausted: invocation.text("when-exhausted") == "snooze" ? .snooze : .deadLetter,
      device: DeviceKind(rawValue: invocation.text("device") ?? "cpu") ?? .cpu)
  }

  /// A template's name as part of a stream's.
  private static func plain(_ name: String) -> String {
    let kept = name.lowercased().utf8.filter { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    let text = String(decoding: kept.prefix(40), as: UTF8.self)
    return text.first?.isLetter == true ? text : "t" + text
  }
}
