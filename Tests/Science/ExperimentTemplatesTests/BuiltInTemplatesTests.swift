import ExperimentTemplates
import Testing

@Suite struct BuiltInTemplatesTests {
  @Test func `every built-in template is complete`() throws {
    for name in BuiltInTemplates.names {
      let template = try #require(BuiltInTemplates.named(name))
      let findings = TemplateCheck.findings(template.files)
      #expect(findings.allSatisfy { $0.severity == .note && $0.file == "seed_ideas.json" }, "\(name): \(findings)")
    }
    #expect(BuiltInTemplates.named("nothing") == nil)
  }
}
