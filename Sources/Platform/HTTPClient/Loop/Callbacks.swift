internal import CCurl

// libcurl's callbacks, on the loop's thread. At file level, because a closure made elsewhere may belong to an actor.

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer {
  guard let context else { preconditionFailure("a callback without its transfer") }
  return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
}

/// A piece of the answer's body.
let bodyCallback: curl_write_callback = { start, size, count, context in
  let transfer = transfer(context)
  transfer.own.giveSign()
  if transfer.take(UnsafeRawBufferPointer(start: start, count: size * count)) { return size * count }
  transfer.own.isReceivingHeldBack = true
  return Int(CURL_WRITEFUNC_PAUSE)
}

/// A line of the answer's head.
let headerCallback: curl_write_callback = { start, size, count, context in
  let transfer = transfer(context)
  switch transfer.own.head.take(UnsafeRawBufferPointer(start: start, count: size * count)) {
  case .more: break
  case .head(let head):
    transfer.own.isNow(.answering)
    transfer.isGiven(head)
  case .tooLarge:
    transfer.own.refusal = (.headTooLarge, "over \(transfer.request.limits.headBytes) bytes")
    return 0
  case .malformed(let detail):
    transfer.own.refusal = (.protocolViolation, detail)
    return 0
  }
  return size * count
}

/// Room for the next bytes of the request's body.
let uploadCallback: curl_read_callback = { start, size, count, context in
  let transfer = transfer(context)
  switch transfer.upload.fill(UnsafeMutableRawBufferPointer(start: start, count: size * count)) {
  case .bytes(let count):
    transfer.own.giveSign()
    return count
  case .end: return 0
  case .nothingYet:
    transfer.own.isSendingHeldBack = true
    return Int(CURL_READFUNC_PAUSE)
  }
}

/// libcurl wants to send the body again, because a kept connection was closed during the request. Requests that must
/// not be repeated are not sent twice.
let rewindCallback: curl_seek_callback = { context, offset, _ in
  let transfer = transfer(context)
  let mayRewind = offset == 0 && transfer.request.isIdempotent && transfer.upload.rewind()
  return mayRewind ? Int32(CURL_SEEKFUNC_OK) : Int32(CURL_SEEKFUNC_FAIL)
}

/// The connection is established and the request is about to be sent.
let connectedCallback: curl_prereq_callback = { context, _, _, _, _ in
  let transfer = transfer(context)
  transfer.own.isNow(.sent)
  transfer.loop.isReached(transfer.target.host)
  return Int32(CURL_PREREQFUNC_OK)
}
