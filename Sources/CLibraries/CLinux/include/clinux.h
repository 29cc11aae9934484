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
#include <sys/mount.h>
#include <sys/types.h>

/// Names the calling thread, at most 15 bytes.
void clinux_name_thread(const char *name);
/// A descriptor that becomes readable when the process ends; -1 and errno otherwise.
int clinux_pidfd_open(int pid);
/// Sends a signal to exactly the process that the descriptor was opened for; -1 and errno otherwise.
int clinux_pidfd_send(int pidfd, int signal);
/// pipe2 with O_CLOEXEC.
int clinux_pipe(int descriptors[2]);
/// The same file under a number of at least `lowest`, closed on exec; -1 and errno otherwise.
int clinux_duplicate_above(int descriptor, int lowest);
/// Makes reads and writes on it return at once; -1 and errno otherwise.
int clinux_set_nonblocking(int descriptor);
/// In the child of a spawn: close every descriptor from `first` on.
int clinux_spawn_close_from(posix_spawn_file_actions_t *actions, int first);
/// Locks a whole file for its open description, without waiting; -1 with EAGAIN if another has it. The kernel releases
/// it when the last copy of the descriptor is closed, so at once when the process is killed.
int clinux_lock_file(int descriptor);
/// Releases the lock. Closing alone is not enough: a child that is being spawned has a copy of the descriptor until it
/// executes its program.
void clinux_unlock_file(int descriptor);
/// 1 if another open description has the lock, 0 if none has, -1 and errno otherwise. Does not take the lock.
int clinux_is_locked_elsewhere(int descriptor);
/// In the child of a spawn: change to this folder.
int clinux_spawn_change_folder(posix_spawn_file_actions_t *actions, const char *path);
/// Writes all cached data of the descriptor's file system to its disk, and waits; -1 and errno otherwise.
int clinux_synchronize_file_system(int descriptor);
