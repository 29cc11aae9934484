#include <dlfcn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>
#include "clazy.h"
#include "libraries.h"

// The data that standins.S has for each function.
struct entry {
  _Atomic(void *) target;
  const char *name;
  long library;
};

static const char *const files[] = {
    [CLAZY_RDKAFKA] = "librdkafka.so.1", [CLAZY_CURL] = "libcurl.so.4", [CLAZY_MICROHTTPD] = "libmicrohttpd.so.12"};

static _Noreturn void give_up(const char *file) {
  const char *reason = dlerror();
  fprintf(stderr, "shoal: %s can't be used: %s. deploy/install installs it.\n", file, reason ? reason : "unknown");
  _exit(70);
}

// The function's address, to which the stand-in jumps from now on. Threads that come here at once find the same.
__attribute__((visibility("hidden"))) void *clazy_resolve(struct entry *entry) {
  const char *file = files[entry->library];
  // Loaded once, however often it is requested; never unloaded, because its threads may be running.
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!library) give_up(file);
  void *function = dlsym(library, entry->name);
  if (!function) give_up(file);
  atomic_store_explicit(&entry->target, function, memory_order_release);
  return function;
}
