public import PaperModel
public import Roles

/// A handler of a stage that a scientist does: it needs the one that the campaign names.
public protocol ScientistHandler: StageHandler {
  var scientists: Scientists { get }
}

extension ScientistHandler {
  public func lack(for opening: Opening, in blobs: any BlobStore) async -> Failure? {
    // A definition that can't be read is for the handler to report.
    guard let name = try? await scientist(of: opening, in: blobs) else { return nil }
    do { _ = try scientists[name] } catch { return error }
    return nil
  }

  private func scientist(of opening: Opening, in blobs: any BlobStore) async throws -> String {
    stage == .ideate
      ? try await blobs.value(Choice.self, of: opening.definition).scientist
      : try await blobs.value(PaperChoice.self, of: opening.definition).campaign.scientist
  }
}

/// What a campaign's definition says of the scientist.
private struct Choice: Decodable {
  let scientist: String
}

/// What a paper's definition says of the scientist.
private struct PaperChoice: Decodable {
  let campaign: Choice
}
