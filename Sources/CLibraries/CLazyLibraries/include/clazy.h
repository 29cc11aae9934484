// Libraries that are loaded when one of their functions is called for the first time, so that commands that need none
// of them do not pay for them: together they bring thirty more, take 12 ms to load and 8 MB of memory.
//
// librdkafka, libcurl and libmicrohttpd have a stand-in here for each function that Shoal calls. The first call loads
// the library; from the second on it is a jump. A function that is called and has no stand-in does not link: its name
// must be added to the library's list (rdkafka.inc, curl.inc, microhttpd.inc). A library that can't be loaded ends the
// process with a message.
#pragma once
