#pragma once

/// Plain C on librdkafka, with the settings of Shoal's client: what that is measured against.
///
/// `what` is produce, consume or handoff. Writes one number a line to the file `output`: the seconds that `count`
/// records of `size` bytes took, or the seconds from sending to receiving of each. Returns 0; what fails ends the
/// process with a line on standard error.
int plain_kafka(
    const char *what, const char *brokers, const char *topic, int count, int size, const char *output);
