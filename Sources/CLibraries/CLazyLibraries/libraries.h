// The number of each library, for assembler and C.
#define CLAZY_RDKAFKA 0
#define CLAZY_CURL 1
#define CLAZY_MICROHTTPD 2
