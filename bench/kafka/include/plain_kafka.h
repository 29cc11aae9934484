#pragma once

/// Plain C on librdkafka, with the settings of Shoal's client: the reference of its benchmark.
///
/// `what` is produce, consume or handoff. Writes one number a line to the file `output`: the seconds that `count`
/// records of `size` bytes took, or the seconds from sending to receiving of each. Returns 0; a failure ends the
/// process with a line on standard error.
int plain_kafka(
    const char *what, const char *brokers, const char *topic, int count, int size, const char *output);
