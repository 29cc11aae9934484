public import PaperModel

/// The schema that an answer must be valid under.
public struct AnswerSchema: Hashable, Sendable {
  /// Letters, digits and underscores: some providers take nothing else.
  public let name: String
  public let schema: JSONValue

  public init(name: String, _ schema: JSONValue) {
    self.name = name
    self.schema = schema
  }
}

extension ModelCaller {
  /// How often a model is asked to correct an object.
  private static let repairs = 2

  /// Asks a model for an object, as steps of the current visit.
  ///
  /// The schema is sent in the strictest way that the model's endpoint takes: each refusal leads one rung down, from an
  /// enforced schema by way of a tool and an enforced object to words in the prompt. An object that can't be decoded is
  /// asked for again with the complaint, at most twice; the same wrong answer again ends it. An answer that reached the
  /// limit of output is asked for once more, with twice the limit.
  /// - Throws: `Failure`: `badAnswer`, `outputLimitReached`, `contentRefused`, and those of `answer`.
  public func object<Value: Decodable>(
    _ type: Value.Type, _ schema: AnswerSchema, _ name: String, _ request: ModelRequest, by model: LanguageModel,
    with surroundings: any Surroundings
  ) async throws -> Value {
    var request = request
    request.form = .schema(name: schema.name, schema.schema)
    var wrong: Set<String> = []
    while true {
      let answer = try await whole(name, &request, by: model, schema, with: surroundings)
      let text = answer.calls.first { $0.name == RequestBody.answerTool }?.arguments ?? answer.text
      do { return try AnswerObject.decode(type, from: text) } catch {
        guard wrong.count < Self.repairs, wrong.insert(text).inserted else {
          throw Failure(
            kind: "badAnswer", "\(model.name) did not give the object that \(name) asked for. \(error).",
            advice: "Choose a more capable model.")
        }
        request.messages += [
          .init(.assistant, text.isEmpty ? "(nothing)" : text),
          .init(.user, "That can't be used. \(error). Reply with the corrected JSON object and nothing else."),
        ]
        request.temperatureThousandths = 0
      }
    }
  }

  /// An answer that is neither cut off at the limit of output nor refused.
  private func whole(
    _ name: String, _ request: inout ModelRequest, by model: LanguageModel, _ schema: AnswerSchema,
    with surroundings: any Surroundings
  ) async throws -> ModelAnswer {
    var isSecond = false
    while true {
      let answer = try await descending(name, request, by: model, schema, with: surroundings)
      switch answer.finish {
      case .stop, .calls: return answer
      case .refused:
        throw Failure(
          kind: "contentRefused", "\(model.name) refused to answer: \(answer.text.prefix(200))",
          advice: "Choose another model, or other words.")
      case .length:
        let larger = min(request.outputLimit * 2, model.output)
        guard !isSecond, larger > request.outputLimit else {
          throw Failure(
            kind: "outputLimitReached",
            "The answer of \(model.name) reached its limit of \(request.outputLimit) tokens before its end.",
            advice: "Choose a model with a larger output, or raise `output` in models.yaml.")
        }
        isSecond = true
        request.outputLimit = larger
      }
    }
  }

  /// An answer by the strictest way of sending the schema that is not refused. What was refused once is not tried again
  /// by this process; the way is part of the step, so that another process finds the same steps.
  private func descending(
    _ name: String, _ request: ModelRequest, by model: LanguageModel, _ schema: AnswerSchema,
    with surroundings: any Surroundings
  ) async throws -> ModelAnswer {
    var way = rungs.way(model, schema)
    while true {
      do {
        return try await answer(name, request, by: model.sending(way), with: surroundings)
      } catch let failure as Failure where failure.kind == Failure.modelRefusedKind {
        guard let lower = way.below else { throw failure }
        rungs.refused(model, schema, way)
        way = lower
      }
    }
  }
}

extension LanguageModel {
  fileprivate func sending(_ structure: RequestBody.Structure) -> LanguageModel {
    var changed = self
    changed.quirks.structure = structure
    return changed
  }
}
