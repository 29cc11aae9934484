internal import CRdKafka

/// A setting of a topic or broker as it is in force.
public struct KafkaSetting: Sendable, Hashable {
  /// Its name, e.g. `retention.ms`.
  public let name: String
  /// Its value; nil if the broker keeps it secret or has none.
  public let value: String?
  /// The default: it is not set for this topic or broker.
  public let isDefault: Bool
}

extension KafkaAdmin {
  /// A topic's settings by name, defaults included.
  public func settings(ofTopic topic: String) async throws(KafkaError) -> [String: KafkaSetting] {
    try await settings(RD_KAFKA_RESOURCE_TOPIC, topic)
  }

  /// A broker's settings by name.
  public func settings(ofBroker number: Int32) async throws(KafkaError) -> [String: KafkaSetting] {
    try await settings(RD_KAFKA_RESOURCE_BROKER, "\(number)")
  }

  /// Changes some of a topic's settings and keeps the others that were set for it.
  ///
  /// The library can only replace all of them at once: a concurrent change is lost. Waits, for five seconds at most,
  /// until the requested broker has learned of the change from the controller.
  public func change(settings: [String: String], ofTopic topic: String) async throws(KafkaError) {
    let kept = try await self.settings(ofTopic: topic).values.filter { !$0.isDefault }
    var all = settings
    for setting in kept where all[setting.name] == nil { all[setting.name] = setting.value }
    let wanted = all
    try await ask(RD_KAFKA_ADMIN_OP_ALTERCONFIGS, "changing settings of \(topic)") {
      (client, options, queue) throws(KafkaError) in
      let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic)
      defer { rd_kafka_ConfigResource_destroy(resource) }
      for (name, value) in wanted {
        let code = rd_kafka_ConfigResource_set_config(resource, name, value)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
          throw .badSetting("The setting \(name) of topic \(topic) can't be used; correct it.")
        }
      }
      var list = [resource]
      rd_kafka_AlterConfigs(client, &list, 1, options, queue)
    } answer: { (event, context) throws(KafkaError) in
      var count = 0
      let resources = rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event), &count)
      for resource in UnsafeBufferPointer(start: resources, count: count) { try context.check(resource, topic) }
    }
    let end = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < end {
      let shown = try await self.settings(ofTopic: topic)
      if settings.allSatisfy({ shown[$0.key]?.value == $0.value }) { return }
    }
  }

  private func settings(
    _ kind: rd_kafka_ResourceType_t, _ name: String
  ) async throws(KafkaError) -> [String: KafkaSetting] {
    try await ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "settings of \(name)") { client, options, queue in
      let resource = rd_kafka_ConfigResource_new(kind, name)
      defer { rd_kafka_ConfigResource_destroy(resource) }
      var list = [resource]
      rd_kafka_DescribeConfigs(client, &list, 1, options, queue)
    } answer: { (event, context) throws(KafkaError) in
      var count = 0
      let resources = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
      var found: [String: KafkaSetting] = [:]
      for resource in UnsafeBufferPointer(start: resources, count: count) {
        try context.check(resource, name)
        var entryCount = 0
        let entries = rd_kafka_ConfigResource_configs(resource, &entryCount)
        for entry in UnsafeBufferPointer(start: entries, count: entryCount) {
          let setting = KafkaSetting(
            name: String(cString: rd_kafka_ConfigEntry_name(entry)),
            value: rd_kafka_ConfigEntry_value(entry).map { String(cString: $0) },
            isDefault: rd_kafka_ConfigEntry_source(entry) != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG)
          found[setting.name] = setting
        }
      }
      return found
    }
  }
}

extension ErrorContext {
  fileprivate func check(_ resource: OpaquePointer?, _ subject: String) throws(KafkaError) {
    let code = rd_kafka_ConfigResource_error(resource)
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    let words = rd_kafka_ConfigResource_error_string(resource).map { String(cString: $0) } ?? ""
    throw error(code, words, subject: subject)
  }
}
