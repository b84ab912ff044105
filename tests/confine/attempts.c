/* What can code do that got into the program? LD_PRELOADed, it waits until the program ends, and then tries,
 * in the same process: each attempt and its errno (0: it worked) goes to the descriptor EDGEPROBE_TELL, which
 * was open before. EDGEPROBE_ELSEWHERE: a folder where nothing is to be written, with a file `there`;
 * EDGEPROBE_HERE: one where it is. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static int tell_to;
static char path[4096];

static const char *in(const char *folder, const char *name) {
    snprintf(path, sizeof path, "%s/%s", getenv(folder), name);
    return path;
}

static void tell(const char *what, long result) {
    dprintf(tell_to, "%s %d\n", what, result < 0 ? errno : 0);
}

static long open_and_close(const char *name, int flags) {
    int fd = open(name, flags | O_CLOEXEC, 0600);
    return fd < 0 ? fd : close(fd);
}

static long rename_there(void) {
    char to[4096];
    snprintf(to, sizeof to, "%s", in("EDGEPROBE_ELSEWHERE", "renamed"));
    return rename(in("EDGEPROBE_ELSEWHERE", "there"), to);
}

static long have_child(long child) { /* -1 in the parent when there is none */
    if (child == 0)
        _exit(0);
    return child < 0 ? -1 : (long)waitpid((pid_t)child, NULL, 0);
}

static void try_files(void) {
    tell("make", open_and_close(in("EDGEPROBE_ELSEWHERE", "new"), O_CREAT | O_WRONLY));
    tell("write", open_and_close(in("EDGEPROBE_ELSEWHERE", "there"), O_WRONLY));
    tell("append", open_and_close(in("EDGEPROBE_ELSEWHERE", "there"), O_WRONLY | O_APPEND));
    tell("truncate", truncate(in("EDGEPROBE_ELSEWHERE", "there"), 0));
    tell("mkdir", mkdir(in("EDGEPROBE_ELSEWHERE", "folder"), 0700));
    tell("symlink", symlink("/etc/passwd", in("EDGEPROBE_ELSEWHERE", "link")));
    tell("mkfifo", mkfifo(in("EDGEPROBE_ELSEWHERE", "fifo"), 0600));
    tell("rename", rename_there());
    tell("unlink", unlink(in("EDGEPROBE_ELSEWHERE", "there")));
    tell("temporary", open_and_close(getenv("EDGEPROBE_ELSEWHERE"), O_TMPFILE | O_RDWR));
    tell("chmod", chmod(in("EDGEPROBE_ELSEWHERE", "there"), 0777));
    tell("chown", chown(in("EDGEPROBE_ELSEWHERE", "there"), getuid(), getgid()));
    tell("xattr", setxattr(in("EDGEPROBE_ELSEWHERE", "there"), "user.edgeprobe", "1", 1, 0));
    tell("times", utimensat(AT_FDCWD, in("EDGEPROBE_ELSEWHERE", "there"), NULL, 0));
    tell("may-read", open_and_close(in("EDGEPROBE_ELSEWHERE", "there"), O_RDONLY));
    tell("may-make", open_and_close(in("EDGEPROBE_HERE", "made"), O_CREAT | O_WRONLY));
    tell("may-unlink", unlink(in("EDGEPROBE_HERE", "made")));
}

static void try_processes(void) {
    char *const words[] = {(char *)"true", NULL};
    tell("fork", have_child(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)));
    tell("clone3", have_child(syscall(SYS_clone3, NULL, 0)));
    tell("signal", kill(getppid(), 0));
    tell("trace", ptrace(PTRACE_ATTACH, 0x7fffffff, NULL, NULL));
    tell("packets", open_and_close("/dev/null", O_RDONLY) + socket(AF_PACKET, SOCK_RAW, 0));
    tell("may-connect", close(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    tell("type", ioctl(STDIN_FILENO, TIOCSTI, "x"));
    tell("mount", mount("none", "/nowhere", "tmpfs", 0, NULL));
    tell("unshare", unshare(CLONE_NEWUSER));
    tell("execveat", syscall(SYS_execveat, AT_FDCWD, "/nowhere", words, environ, 0));
    unsetenv("EDGEPROBE_TELL"); /* if it works, it works once */
    execve("/bin/true", words, environ);
    tell("exec", -1);
}

__attribute__((destructor)) static void attempt(void) {
    const char *where = getenv("EDGEPROBE_TELL");
    if (where == NULL)
        return;
    tell_to = atoi(where);
    try_files();
    try_processes();
    dprintf(tell_to, "end 0\n");
}
