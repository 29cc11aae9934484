import PaperModel
import Testing

@Suite struct IdeaKeyTests {
  @Test(arguments: [
    ("0.10", "0.1"), ("1e-1", "0.1"), ("1_000", "1000"), ("2.0", "2"), ("-0.0", "0"), ("1e3", "1000"), ("\"a\"", "a"),
    ("'a'", "a"), ("True", "True"), ("9007199254740993", "9007199254740993"), ("1e300", "1e+300"), ("nan", "nan"),
  ])
  func `a value has one spelling`(python: String, canonical: String) {
    #expect(Study.canonical(python) == canonical)
  }

  @Test func `a definition of an older version is read, and written unchanged`() throws {
    let template = TemplateBundle(name: "t", files: FileTree([]))
    let campaign = CampaignDefinition(
      name: "c", template: template, ideas: 1, scientist: "sweep", timeLimitSeconds: 1, budget: .zero)
    let text = String(decoding: try CanonicalJSON.encode(campaign), as: UTF8.self)
    #expect(!text.contains("ownIdeas"))
    #expect(try CanonicalJSON.decode(CampaignDefinition.self, from: Array(text.utf8)) == campaign)
  }
}
