// What Swift's Glibc module leaves out: headers it does not list, and calls behind _GNU_SOURCE or a variadic.
// _GNU_SOURCE itself stays in clinux.c: in a header it breaks fd_set between modules in debug builds.
#pragma once
#include <getopt.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/types.h>

/// Names the calling thread, at most 15 bytes.
void clinux_name_thread(const char *name);
/// A descriptor that becomes readable when the process ends; -1 and errno otherwise.
int clinux_pidfd_open(int pid);
/// pipe2 with O_CLOEXEC.
int clinux_pipe(int descriptors[2]);
/// In the child of a spawn: close every descriptor from `first` on.
int clinux_spawn_close_from(posix_spawn_file_actions_t *actions, int first);
/// Locks a whole file for its open description, without waiting; -1 with EAGAIN where another has it. The kernel frees
/// it when the last copy of the descriptor is closed, so at once when the process is killed.
int clinux_lock_file(int descriptor);
/// 1 where another open description has the lock, 0 where none has, -1 and errno otherwise. Takes nothing.
int clinux_is_locked_elsewhere(int descriptor);
