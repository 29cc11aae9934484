internal import CRdKafka

/// The target of a pointer to no bytes: for the library a null pointer is Kafka's null.
private nonisolated(unsafe) let nothing = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)

extension OutgoingRecord {
  /// Copies the record into the library's queue.
  ///
  /// - Returns: no error if a report will come with `slot`; otherwise none will.
  func enqueue(
    _ client: OpaquePointer, _ topic: OpaquePointer, _ slot: UnsafeMutableRawPointer
  ) -> rd_kafka_resp_err_t {
    key.withPointer { key, keyCount in
      value.withPointer { value, valueCount in
        if headers.isEmpty && timestampMilliseconds == nil {
          let code = rd_kafka_produce(
            topic, partition ?? RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, valueCount, key, keyCount, slot)
          return code == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_last_error()
        }
        return enqueueWithHeaders(client, topic, slot, (key, keyCount), (value, valueCount))
      }
    }
  }

  private func enqueueWithHeaders(
    _ client: OpaquePointer, _ topic: OpaquePointer, _ slot: UnsafeMutableRawPointer,
    _ key: (UnsafeMutableRawPointer?, Int), _ value: (UnsafeMutableRawPointer?, Int)
  ) -> rd_kafka_resp_err_t {
    let list = rd_kafka_headers_new(headers.count)
    for header in headers {
      let code = header.value.withPointer { bytes, count in
        rd_kafka_header_add(list, header.name, -1, bytes, count)
      }
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
        rd_kafka_headers_destroy(list)
        return code
      }
    }
    let code = crdkafka_produce(
      client, topic, partition ?? RD_KAFKA_PARTITION_UA, key.0, key.1, value.0, value.1, timestampMilliseconds ?? 0,
      list, slot)
    // Taken over by the library unless it refuses the record.
    if code != RD_KAFKA_RESP_ERR_NO_ERROR { rd_kafka_headers_destroy(list) }
    return code
  }
}

extension [UInt8]? {
  /// Lends the bytes to C: a null pointer for nil, and never one for no bytes.
  fileprivate func withPointer<Value>(_ body: (UnsafeMutableRawPointer?, Int) -> Value) -> Value {
    guard let bytes = self else { return body(nil, 0) }
    return bytes.withUnsafeBytes { bytes in
      body(UnsafeMutableRawPointer(mutating: bytes.baseAddress) ?? nothing, bytes.count)
    }
  }
}
