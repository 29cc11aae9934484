#include "plain_kafka.h"

#include <librdkafka/rdkafka.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { distinct_values = 10000, handoff_warm_up = 50, pace_ns = 20 * 1000 * 1000, patience_s = 60 };

struct setting {
  const char *name, *value;
};

// The same settings as in Settings.swift, ProducerOptions.swift and GroupOptions.swift.
static const struct setting common[] = {
    {"client.id", "shoal-bench"},
    {"socket.timeout.ms", "30000"},
    {"socket.connection.setup.timeout.ms", "10000"},
    {"socket.nagle.disable", "true"},
    {"socket.keepalive.enable", "true"},
    {"reconnect.backoff.ms", "100"},
    {"reconnect.backoff.max.ms", "2000"},
    {"topic.metadata.refresh.interval.ms", "60000"},
    {"topic.metadata.refresh.fast.interval.ms", "100"},
    {"topic.metadata.propagation.max.ms", "10000"},
    {"metadata.max.age.ms", "180000"},
    {"allow.auto.create.topics", "false"},
    {"broker.address.family", "any"},
    {"log.connection.close", "false"},
    {"statistics.interval.ms", "0"},
    {NULL, NULL},
};
static const struct setting producing[] = {
    {"enable.idempotence", "true"},
    {"acks", "all"},
    {"max.in.flight.requests.per.connection", "5"},
    {"message.send.max.retries", "2147483647"},
    {"retry.backoff.ms", "100"},
    {"message.timeout.ms", "120000"},
    {"request.timeout.ms", "30000"},
    {"compression.codec", "none"},
    {"partitioner", "murmur2_random"},
    {"sticky.partitioning.linger.ms", "10"},
    {"batch.size", "1000000"},
    {"batch.num.messages", "10000"},
    {"message.max.bytes", "1048576"},
    {"queue.buffering.max.messages", "100001"},
    {"queue.buffering.max.kbytes", "2097151"},
    {"delivery.report.only.error", "false"},
    {NULL, NULL},
};
static const struct setting consuming[] = {
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"enable.partition.eof", "false"},
    {"isolation.level", "read_committed"},
    {"check.crcs", "true"},
    {"fetch.min.bytes", "1"},
    {"fetch.max.bytes", "52428800"},
    {"fetch.message.max.bytes", "1048576"},
    {"fetch.error.backoff.ms", "500"},
    {"receive.message.max.bytes", "100000000"},
    {"partition.assignment.strategy", "cooperative-sticky"},
    {"session.timeout.ms", "10000"},
    {"heartbeat.interval.ms", "3000"},
    {"max.poll.interval.ms", "60000"},
    {"auto.offset.reset", "earliest"},
    {"queued.min.messages", "1000000"},
    {"queued.max.messages.kbytes", "65536"},
    {"fetch.wait.max.ms", "100"},
    {NULL, NULL},
};

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static _Noreturn void fail(const char *what, const char *why) {
  fprintf(stderr, "plain C: %s: %s\n", what, why);
  exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
  char words[512];
  if (rd_kafka_conf_set(conf, name, value, words, sizeof words) != RD_KAFKA_CONF_OK) fail(name, words);
}

static rd_kafka_conf_t *settings(const char *brokers, const struct setting *more) {
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", brokers);
  for (const struct setting *one = common; one->name; one++) set(conf, one->name, one->value);
  for (const struct setting *one = more; one->name; one++) set(conf, one->name, one->value);
  return conf;
}

static rd_kafka_t *client(rd_kafka_type_t kind, rd_kafka_conf_t *conf) {
  char words[512];
  rd_kafka_t *made = rd_kafka_new(kind, conf, words, sizeof words);
  if (!made) fail("client", words);
  return made;
}

// MARK: producing

static int reported;

static void count_report(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
  (void)producer;
  (void)opaque;
  if (message->err) fail("delivery", rd_kafka_err2str(message->err));
  reported++;
}

static rd_kafka_t *producer(const char *brokers, const char *linger) {
  rd_kafka_conf_t *conf = settings(brokers, producing);
  set(conf, "linger.ms", linger);
  rd_kafka_conf_set_dr_msg_cb(conf, count_report);
  return client(RD_KAFKA_PRODUCER, conf);
}

static void send_one(rd_kafka_t *producer, rd_kafka_topic_t *topic, void *value, size_t size) {
  while (rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, value, size, NULL, 0, NULL) != 0) {
    rd_kafka_resp_err_t code = rd_kafka_last_error();
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) fail("produce", rd_kafka_err2str(code));
    rd_kafka_poll(producer, 10);
  }
}

static void await_reports(rd_kafka_t *producer, int count) {
  double end = seconds() + patience_s;
  while (reported < count) {
    rd_kafka_poll(producer, 100);
    if (seconds() > end) fail("produce", "reports are missing after a minute");
  }
}

static void produce(const char *brokers, const char *name, int count, int size, FILE *output) {
  rd_kafka_t *writer = producer(brokers, "5");
  rd_kafka_topic_t *topic = rd_kafka_topic_new(writer, name, NULL);
  unsigned char *values = calloc(distinct_values, (size_t)size);
  if (!values) fail("values", "no memory");
  for (int number = 0; number < distinct_values; number++) {
    for (int index = 0; index < size; index++) values[number * size + index] = (unsigned char)(number * 31 + index);
  }
  send_one(writer, topic, values, (size_t)size);
  await_reports(writer, 1);
  double begin = seconds();
  for (int number = 0; number < count; number++) {
    send_one(writer, topic, values + (size_t)(number % distinct_values) * (size_t)size, (size_t)size);
    rd_kafka_poll(writer, 0);
  }
  await_reports(writer, count + 1);
  fprintf(output, "%.9f\n", seconds() - begin);
  rd_kafka_topic_destroy(topic);
  rd_kafka_destroy(writer);
  free(values);
}

// MARK: consuming

static rd_kafka_t *consumer(const char *brokers, const char *topic) {
  rd_kafka_conf_t *conf = settings(brokers, consuming);
  char group[64];
  snprintf(group, sizeof group, "plain-%ld-%d", (long)time(NULL), rand());
  set(conf, "group.id", group);
  rd_kafka_t *reader = client(RD_KAFKA_CONSUMER, conf);
  rd_kafka_poll_set_consumer(reader);
  rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
  rd_kafka_resp_err_t code = rd_kafka_subscribe(reader, topics);
  if (code) fail("subscribe", rd_kafka_err2str(code));
  rd_kafka_topic_partition_list_destroy(topics);
  return reader;
}

static rd_kafka_message_t *next(rd_kafka_t *reader) {
  for (int silent = 0; silent < patience_s; silent++) {
    rd_kafka_message_t *message = rd_kafka_consumer_poll(reader, 1000);
    if (!message) continue;
    if (!message->err) return message;
    rd_kafka_message_destroy(message);
  }
  fail("consume", "no record came for a minute");
}

static void consume(const char *brokers, const char *topic, int count, int size, FILE *output) {
  rd_kafka_t *reader = consumer(brokers, topic);
  size_t bytes = 0, header_count = 0;
  int time_count = 0;
  double begin = 0;
  for (int number = 0; number < count; number++) {
    rd_kafka_message_t *message = next(reader);
    if (number == 0) begin = seconds();
    bytes += message->len;
    // Shoal's client returns these too. (The library finds out that there are no headers by parsing, each time.)
    rd_kafka_headers_t *headers = NULL;
    rd_kafka_timestamp_type_t kind;
    if (rd_kafka_message_headers(message, &headers) == 0) header_count += rd_kafka_header_cnt(headers);
    if (rd_kafka_message_timestamp(message, &kind) > 0) time_count++;
    rd_kafka_message_destroy(message);
  }
  double time = seconds() - begin;
  if (bytes != (size_t)count * (size_t)size || header_count > 0 || time_count < count) {
    fail("consume", "records of another kind");
  }
  fprintf(output, "%.9f\n", time);
  rd_kafka_consumer_close(reader);
  rd_kafka_destroy(reader);
}

// MARK: hand-off

struct handoff {
  rd_kafka_t *writer, *reader;
  int count;
  FILE *output;
  int is_over;
};

static void *poll_reports(void *argument) {
  struct handoff *work = argument;
  while (!__atomic_load_n(&work->is_over, __ATOMIC_ACQUIRE)) rd_kafka_poll(work->writer, 100);
  return NULL;
}

static void *receive(void *argument) {
  struct handoff *work = argument;
  for (int number = 0; number < work->count; number++) {
    rd_kafka_message_t *message = next(work->reader);
    double now = seconds(), sent;
    memcpy(&sent, message->payload, sizeof sent);
    if (number >= handoff_warm_up) fprintf(work->output, "%.9f\n", now - sent);
    rd_kafka_message_destroy(message);
  }
  return NULL;
}

static void handoff(const char *brokers, const char *name, int count, int size, FILE *output) {
  struct handoff work = {.writer = producer(brokers, "0"), .reader = consumer(brokers, name), .count = count};
  work.output = output;
  rd_kafka_topic_t *topic = rd_kafka_topic_new(work.writer, name, NULL);
  unsigned char *value = calloc(1, (size_t)size);
  if (!value || (size_t)size < sizeof(double)) fail("handoff", "no memory, or records too small for a time");
  pthread_t receiver, poller;
  pthread_create(&poller, NULL, poll_reports, &work);
  // Once the first record has come, the reader has its partition.
  send_one(work.writer, topic, value, (size_t)size);
  rd_kafka_message_destroy(next(work.reader));
  pthread_create(&receiver, NULL, receive, &work);
  struct timespec tick;
  clock_gettime(CLOCK_MONOTONIC, &tick);
  for (int number = 0; number < count; number++) {
    tick.tv_nsec += pace_ns;
    if (tick.tv_nsec >= 1000000000) tick.tv_sec++, tick.tv_nsec -= 1000000000;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &tick, NULL);
    double now = seconds();
    memcpy(value, &now, sizeof now);
    send_one(work.writer, topic, value, (size_t)size);
  }
  pthread_join(receiver, NULL);
  __atomic_store_n(&work.is_over, 1, __ATOMIC_RELEASE);
  pthread_join(poller, NULL);
  rd_kafka_topic_destroy(topic);
  rd_kafka_consumer_close(work.reader);
  rd_kafka_destroy(work.reader);
  rd_kafka_destroy(work.writer);
  free(value);
}

int plain_kafka(
    const char *what, const char *brokers, const char *topic, int count, int size, const char *output) {
  FILE *file = fopen(output, "w");
  if (!file) fail(output, "can't be written");
  srand((unsigned)time(NULL));
  if (strcmp(what, "produce") == 0) {
    produce(brokers, topic, count, size, file);
  } else if (strcmp(what, "consume") == 0) {
    consume(brokers, topic, count, size, file);
  } else if (strcmp(what, "handoff") == 0) {
    handoff(brokers, topic, count, size, file);
  } else {
    fail(what, "is none of produce, consume and handoff");
  }
  return fclose(file) == 0 ? 0 : 1;
}
