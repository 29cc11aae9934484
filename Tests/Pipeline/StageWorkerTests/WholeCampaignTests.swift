import PaperModel
import PipelineRules
import Testing

@Suite struct WholeCampaignTests {
  @Test func `a campaign of three papers ends`() async throws {
    var script = Script()
    script.papers = 3
    script.rounds = [2, 1]
    let world = World(script)
    try await world.submitCampaign()
    let worker = world.start("a")
    try await world.drive(worker)
    await worker.stop()
    for ordinal in 1...3 {
      let state = try await world.state(of: World.campaign.paper(ordinal))
      #expect(state.end == .done)
      #expect(state.books.uncertain == .zero)
    }
    #expect(try await world.state(of: World.campaign).end == .done)
    let evidence = try await Evidence(world)
    #expect(violations(evidence) + violationsAtTheEnd(evidence) == [])
    #expect(try await world.untold() == [])
    #expect(world.toldEarly() == [])
  }
}
