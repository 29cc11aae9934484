import ExperimentTemplates
import Testing

@Suite struct BuiltInTemplatesTests {
  @Test func `every built-in template is complete`() throws {
    for name in BuiltInTemplates.names {
      let template = try #require(BuiltInTemplates.named(name))
      #expect(TemplateCheck.findings(template.files).isEmpty, "\(name)")
    }
    #expect(BuiltInTemplates.named("nothing") == nil)
  }
}
