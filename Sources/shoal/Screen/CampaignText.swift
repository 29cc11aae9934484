import Operations
import PaperModel

/// A campaign's definition and state as text.
enum CampaignText {
  static func text(_ report: CampaignReport) -> String {
    var lines = Lines()
    lines.add("\(report.id): \(report.ideas) \(report.ideas == 1 ? "idea" : "ideas") on \(report.template)")
    lines.pairs([
      ("begun (UTC)", Lines.time(report.begunMicroseconds)), ("state", report.state), ("why", report.reason),
      ("scientist", report.scientist), ("scale", report.scale), ("device", report.device),
      ("time limit", Report.time(Double(report.timeLimitSeconds)) + " for each run"),
      ("budget", "\(report.cap), \(report.cost) of it spent, \(report.held) held"),
      ("when exhausted", report.whenExhausted == "snooze" ? "papers wait for a raise" : "papers become dead letters"),
    ])
    if report.state == "done", report.papers.count < report.ideas {
      lines.pairs([("papers", "\(report.papers.count): no other study of the template was left")])
    }
    lines.add("")
    return lines.text
  }
}
