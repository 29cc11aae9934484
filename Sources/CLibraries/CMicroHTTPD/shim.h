// What Swift can't import of libmicrohttpd: the variadic start, casts to intptr_t, unions and cast macros.
#pragma once
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <microhttpd.h>

typedef void *(*cmhd_uri_callback)(void *context, const char *uri, struct MHD_Connection *connection);
typedef size_t (*cmhd_unescape_callback)(void *context, struct MHD_Connection *connection, char *text);

static inline struct MHD_Daemon *cmhd_start(
    unsigned int flags, MHD_AccessHandlerCallback access, void *context, const struct MHD_OptionItem *options) {
  return MHD_start_daemon(flags, 0, NULL, NULL, access, context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}
static inline intptr_t cmhd_completed(MHD_RequestCompletedCallback callback) { return (intptr_t)callback; }
static inline intptr_t cmhd_connection(MHD_NotifyConnectionCallback callback) { return (intptr_t)callback; }
static inline intptr_t cmhd_uri(cmhd_uri_callback callback) { return (intptr_t)callback; }
static inline intptr_t cmhd_unescape(cmhd_unescape_callback callback) { return (intptr_t)callback; }
static inline int cmhd_descriptor(struct MHD_Connection *connection) {
  return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}
static inline void *cmhd_socket_context(struct MHD_Connection *connection) {
  return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}
static inline size_t cmhd_head_size(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
  return info ? info->header_size : 0;
}
static inline struct MHD_Response *cmhd_fixed_response(size_t count, const void *bytes) {
  return MHD_create_response_from_buffer(count, (void *)bytes, MHD_RESPMEM_MUST_COPY);
}
static inline uint64_t cmhd_unknown_size(void) { return MHD_SIZE_UNKNOWN; }
static inline ssize_t cmhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t cmhd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
static inline int cmhd_has_tls(void) { return MHD_is_feature_supported(MHD_FEATURE_TLS) == MHD_YES; }
static inline int cmhd_is_connection_start(enum MHD_ConnectionNotificationCode code) {
  return code == MHD_CONNECTION_NOTIFY_STARTED;
}
/// How many segments with data a TCP connection has sent; -1 if that can't be known. The C library's own tcp_info is
/// older than the field, so it is read from its offset in the kernel's (linux/tcp.h, tcpi_data_segs_out, since 4.6).
static inline int64_t cmhd_segments_sent(int descriptor) {
  unsigned char info[256];
  socklen_t size = sizeof info;
  uint32_t count;
  const int tcp_info = 11;
  if (getsockopt(descriptor, IPPROTO_TCP, tcp_info, info, &size) != 0 || size < 160) return -1;
  memcpy(&count, info + 156, sizeof count);
  return count;
}
