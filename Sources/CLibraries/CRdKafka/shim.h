#pragma once
#include <stdio.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
