/*
 * Preloaded into a program, writes down everything that reaches the disk below one folder: which bytes were written where, what was
 * cut off, renamed and removed, and what was synced. Tests make from it every state that a power cut could have left behind.
 *
 *   DISK_RECORDER_FOLDER  what is recorded: this folder and all below it
 *   DISK_RECORDER_LOG     where the record goes (outside that folder)
 *   DISK_RECORDER_FAULT   what goes wrong, such as `sync:7:EIO` (the seventh sync answers EIO and syncs nothing), `write:9:ENOSPC` (the
 *                         ninth write and all after it write nothing; EROFS alike), or `sync:7:KILL` (killed before the seventh sync, as by kill -9).
 *                         Counted are the syncs and writes of files whose name ends as DISK_RECORDER_FAULT_FILE says.
 *
 * A record is a line of text, `op path offset length other-path\n`, and the bytes behind it. One lock makes them one order, and the real call
 * is made under it, so that the order is the true one.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES_MAX 4096

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *paths[FILES_MAX];
static char folder[PATH_MAX];
static int log_fd = -1;

static char fault_kind[16], fault_how[16];
static const char *fault_file;
static long fault_at, fault_seen;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
  const char *at = getenv("DISK_RECORDER_FOLDER"), *log = getenv("DISK_RECORDER_LOG"), *fault = getenv("DISK_RECORDER_FAULT");
  if (at == NULL || log == NULL || realpath(at, folder) == NULL) return;
  log_fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  fault_file = getenv("DISK_RECORDER_FAULT_FILE");
  if (fault != NULL && fault_file != NULL && sscanf(fault, "%15[a-z]:%ld:%15[A-Z]", fault_kind, &fault_at, fault_how) != 3) abort();
}

/* The absolute path when it lies in the folder, else NULL. Parts that do not exist yet are allowed at the end. */
static char *recorded(int at, const char *path) {
  char whole[PATH_MAX * 2], base[PATH_MAX];
  if (log_fd < 0 || path == NULL) return NULL;
  if (path[0] == '/') snprintf(whole, sizeof whole, "%s", path);
  else {
    if (at != AT_FDCWD || getcwd(base, sizeof base) == NULL) return NULL;
    snprintf(whole, sizeof whole, "%s/%s", base, path);
  }
  size_t length = strlen(folder);
  if (strncmp(whole, folder, length) != 0 || (whole[length] != '/' && whole[length] != 0)) return NULL;
  return strdup(whole[length] == 0 ? "." : whole + length + 1);
}

static void put(const void *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = syscall(SYS_write, log_fd, bytes, length);
    if (written < 0) abort();
    bytes = (const char *)bytes + written;
    length -= written;
  }
}

static void note(const char *op, const char *path, long long offset, size_t length, const char *other, const void *bytes) {
  char line[PATH_MAX * 2 + 64];
  int size = snprintf(line, sizeof line, "%s %s %lld %zu %s\n", op, path, offset, length, other == NULL ? "-" : other);
  put(line, size);
  if (bytes != NULL) put(bytes, length);
}

static char *path_of(int fd) { return fd >= 0 && fd < FILES_MAX ? paths[fd] : NULL; }

static int ends_with(const char *text, const char *end) {
  size_t a = strlen(text), b = strlen(end);
  return a >= b && strcmp(text + a - b, end) == 0;
}

/* Whether this call is the one that goes wrong; sets errno then. */
static int fails(const char *kind, const char *path) {
  if (fault_at == 0 || strcmp(kind, fault_kind) != 0 || !ends_with(path, fault_file)) return 0;
  long seen = ++fault_seen;
  if (strcmp(fault_how, "KILL") == 0) {
    if (seen == fault_at) kill(getpid(), SIGKILL);
    return 0;
  }
  if (strcmp(fault_how, "ENOSPC") == 0 && seen >= fault_at) return errno = ENOSPC, 1;
  if (strcmp(fault_how, "EROFS") == 0 && seen >= fault_at) return errno = EROFS, 1;
  if (seen == fault_at) return errno = EIO, 1;
  return 0;
}

static int opened(int fd, char *path, int flags, int existed) {
  if (fd < 0 || fd >= FILES_MAX) {
    free(path);
    return fd;
  }
  free(paths[fd]);
  paths[fd] = path;
  if (path == NULL) return fd;
  if ((flags & O_CREAT) != 0 && !existed) note("create", path, 0, 0, NULL, NULL);
  if ((flags & O_TRUNC) != 0 && existed) note("truncate", path, 0, 0, NULL, NULL);
  return fd;
}

static int open_any(int at, const char *name, int flags, mode_t mode) {
  pthread_mutex_lock(&lock);
  char *path = recorded(at, name);
  struct stat stat_of;
  int existed = path != NULL && fstatat(at, name, &stat_of, 0) == 0;
  int fd = opened(syscall(SYS_openat, at, name, flags | O_LARGEFILE, mode), path, flags, existed);
  int kept = errno;
  pthread_mutex_unlock(&lock);
  errno = kept;
  return fd;
}

#define MODE(flags) \
  mode_t mode = 0; \
  if (((flags)&O_CREAT) != 0) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = va_arg(rest, mode_t); \
    va_end(rest); \
  }

int open(const char *name, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, name, flags, mode); }
int openat(int at, const char *name, int flags, ...) { MODE(flags) return open_any(at, name, flags, mode); }
int openat64(int at, const char *name, int flags, ...) { MODE(flags) return open_any(at, name, flags, mode); }

int close(int fd) {
  pthread_mutex_lock(&lock);
  if (path_of(fd) != NULL) {
    free(paths[fd]);
    paths[fd] = NULL;
  }
  int result = syscall(SYS_close, fd);
  pthread_mutex_unlock(&lock);
  return result;
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t offset, int positioned) {
  char *path = path_of(fd);
  if (path == NULL) return positioned ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
  pthread_mutex_lock(&lock);
  ssize_t result = -1;
  if (!fails("write", path)) {
    if (!positioned) offset = syscall(SYS_lseek, fd, 0, (syscall(SYS_fcntl, fd, F_GETFL) & O_APPEND) != 0 ? SEEK_END : SEEK_CUR);
    result = positioned ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
    if (result > 0) note("write", path, offset, result, NULL, bytes);
  }
  int kept = errno;
  pthread_mutex_unlock(&lock);
  errno = kept;
  return result;
}

ssize_t write(int fd, const void *bytes, size_t length) { return write_at(fd, bytes, length, 0, 0); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return write_at(fd, bytes, length, offset, 1); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return write_at(fd, bytes, length, offset, 1); }

/* What nobody here is expected to use on a recorded file is refused loudly rather than missed. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (path_of(fd) != NULL) abort();
  return syscall(SYS_writev, fd, parts, count);
}

static int sync_any(int fd, long call) {
  char *path = path_of(fd);
  if (path == NULL) return syscall(call, fd);
  pthread_mutex_lock(&lock);
  int result = -1;
  if (fails("sync", path)) note("lost", path, 0, 0, NULL, NULL);
  else if ((result = syscall(call, fd)) == 0) note("sync", path, 0, 0, NULL, NULL);
  int kept = errno;
  pthread_mutex_unlock(&lock);
  errno = kept;
  return result;
}

int fsync(int fd) { return sync_any(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_any(fd, SYS_fdatasync); }

static int truncate_any(int fd, off_t length) {
  char *path = path_of(fd);
  if (path == NULL) return syscall(SYS_ftruncate, fd, length);
  pthread_mutex_lock(&lock);
  int result = syscall(SYS_ftruncate, fd, length);
  if (result == 0) note("truncate", path, length, 0, NULL, NULL);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate(int fd, off_t length) { return truncate_any(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncate_any(fd, length); }

static int name_change(const char *op, const char *from, const char *to, long call) {
  pthread_mutex_lock(&lock);
  char *a = recorded(AT_FDCWD, from), *b = to == NULL ? NULL : recorded(AT_FDCWD, to);
  int result = to == NULL ? syscall(call, from) : syscall(call, from, to);
  int kept = errno;
  if (result == 0 && a != NULL && (to == NULL || b != NULL)) note(op, a, 0, 0, b, NULL);
  free(a);
  free(b);
  pthread_mutex_unlock(&lock);
  errno = kept;
  return result;
}

int rename(const char *from, const char *to) { return name_change("rename", from, to, SYS_rename); }
int link(const char *from, const char *to) { return name_change("link", from, to, SYS_link); }
int unlink(const char *path) { return name_change("unlink", path, NULL, SYS_unlink); }

int mkdir(const char *name, mode_t mode) {
  pthread_mutex_lock(&lock);
  char *path = recorded(AT_FDCWD, name);
  int result = syscall(SYS_mkdir, name, mode);
  int kept = errno;
  if (result == 0 && path != NULL) note("mkdir", path, 0, 0, NULL, NULL);
  free(path);
  pthread_mutex_unlock(&lock);
  errno = kept;
  return result;
}
