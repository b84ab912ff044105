/* What may a process still do that reads what strangers send? See confine.h.
 *
 * Raw system calls: libseccomp would be one more library to load in every run, for a list of some sixty
 * numbers, and for Landlock there is none. */
#include "probe/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER 0
#endif

/* ---- Landlock: where may be written (kernel documentation, userspace-api/landlock) ---- */

/* Of newer kernels than the headers that we are built with may be. */
enum {
    FS_REFER = 1 << 13,    /* ABI 2 */
    FS_TRUNCATE = 1 << 14, /* ABI 3 */
    ABI_TRUNCATE = 3,
    ABI_SCOPES = 6,
    SCOPE_ABSTRACT_SOCKETS = 1 << 0,
    SCOPE_SIGNALS = 1 << 1,
    FIRST_13 = (1 << 13) - 1, /* ABI 1 knows these rights */
    FS_READING = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR
};

struct ruleset {
    uint64_t fs, net, scopes;
};

static int landlock_abi(void) {
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : (int)abi;
}

/* Only what is handled is refused where no rule allows it: starting programs, and all that changes files. */
static uint64_t handled_rights(int abi) {
    uint64_t rights = FIRST_13 & ~(uint64_t)FS_READING;
    return abi >= ABI_TRUNCATE ? rights | FS_REFER | FS_TRUNCATE : rights;
}

static void allow(int ruleset, const char *path, uint64_t rights) {
    struct landlock_path_beneath_attr rule = {.allowed_access = rights,
                                              .parent_fd = open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent_fd < 0)
        return;
    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(rule.parent_fd);
}

/* A file comes into its folder under another name first (facts/replace.h); SQLite keeps others beside its
 * own. What is no regular file is written as it is. A link is followed, as its file is what is replaced. */
static void allow_file(struct arena *arena, int ruleset, uint64_t handled, const char *file) {
    char real[PATH_MAX];
    struct stat there;
    const uint64_t writing = handled & (LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE);
    if (realpath(file, real) == NULL)
        real[0] = 0;
    else if (stat(real, &there) == 0 && !S_ISREG(there.st_mode)) {
        allow(ruleset, real, S_ISDIR(there.st_mode) ? 0 : writing);
        return;
    }
    char *folder = arena_text(arena, *real != 0 ? real : file), *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = 0;
    allow(ruleset, slash == NULL ? "." : folder,
          writing | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE);
}

static void allow_folder(int ruleset, uint64_t handled, const char *folder) {
    allow(ruleset, folder,
          (handled & (LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)) | LANDLOCK_ACCESS_FS_MAKE_REG |
              LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE);
}

/* Passphrases are asked on the terminal. */
static void allow_terminal(int ruleset) {
    static const char *const devices[] = {"/dev/tty", "/dev/null"};
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        allow(ruleset, devices[i], LANDLOCK_ACCESS_FS_WRITE_FILE);
}

static void confine_files(struct arena *arena, const struct confine_plan *plan) {
    int abi = landlock_abi();
    if (abi == 0)
        return;
    struct ruleset wanted = {.fs = handled_rights(abi),
                             .scopes = abi >= ABI_SCOPES ? SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS : 0};
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &wanted,
                               abi >= ABI_SCOPES ? sizeof wanted : sizeof wanted.fs, 0);
    if (ruleset < 0)
        return;
    allow_terminal(ruleset);
    for (size_t i = 0; i < plan->files.n; i++)
        allow_file(arena, ruleset, wanted.fs, plan->files.v[i]);
    for (size_t i = 0; i < plan->folders.n; i++)
        allow_folder(ruleset, wanted.fs, plan->folders.v[i]);
    syscall(SYS_landlock_restrict_self, ruleset, 0);
    close(ruleset);
}

/* ---- seccomp: what the kernel is not asked for ---- */

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE

enum { X32_BIT = 0x40000000, CODE_MAX = 256 };

/* Refused with EPERM, whatever the arguments. */
static const int refused[] = {
    /* programs, and processes of others */
    SYS_execve,
    SYS_execveat,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kcmp,
    SYS_pidfd_getfd,
    SYS_process_madvise,
    /* the kernel itself, and doors into it that nothing here needs */
    SYS_bpf,
    SYS_perf_event_open,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_personality,
    SYS_init_module,
    SYS_finit_module,
    SYS_delete_module,
    SYS_kexec_load,
    SYS_reboot,
    SYS_swapon,
    SYS_swapoff,
    SYS_acct,
    SYS_quotactl,
    SYS_syslog,
    /* another view of the system */
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_setns,
    SYS_unshare,
    SYS_move_mount,
    SYS_open_tree,
    SYS_fsopen,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_open_by_handle_at,
    SYS_name_to_handle_at,
    SYS_sethostname,
    SYS_setdomainname,
    SYS_settimeofday,
    SYS_clock_settime,
    SYS_adjtimex,
    /* what Landlock does not keep from files */
    SYS_fchmodat,
    SYS_fchownat,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_lremovexattr,
    SYS_fremovexattr,
    SYS_utimensat,
#ifdef SYS_chmod /* of older architectures */
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_utime,
    SYS_utimes,
    SYS_futimesat,
    SYS_fork,
    SYS_vfork,
    SYS_iopl,
    SYS_ioperm,
    SYS_modify_ldt,
#endif
};

/* What becomes of a call, and the block of instructions that says so. */
enum block { ALLOW, REFUSE, NO_SUCH_CALL, IF_THREAD, IF_FAMILY, IF_NO_TYPING, BLOCKS };

struct rule {
    int call;
    enum block block;
};

struct filter {
    struct sock_filter code[CODE_MAX];
    bool is_leaf[CODE_MAX]; /* it jumps to blocks, whose places are not known yet */
    unsigned short n;
};

static void emit(struct filter *f, unsigned short what, uint32_t value, uint8_t if_true, uint8_t if_false) {
    if (f->n < CODE_MAX)
        f->code[f->n++] = (struct sock_filter){what, if_true, if_false, value};
}

static void load(struct filter *f, size_t offset) {
    emit(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

static void answer(struct filter *f, uint32_t what) {
    emit(f, BPF_RET | BPF_K, what, 0, 0);
}

/* The lower half: a number that the kernel itself cuts to 32 bits. */
static void load_argument(struct filter *f, int which) {
    load(f, offsetof(struct seccomp_data, args) + sizeof(uint64_t) * (size_t)which);
}

/* ---- which block: a tree, since the kernel tries each of its calls when it takes the filter ---- */

static int compare(const void *a, const void *b) {
    return ((const struct rule *)a)->call - ((const struct rule *)b)->call;
}

/* Threads are ours, processes are not. glibc takes clone() where it is told that there is no clone3(), whose
 * arguments cannot be seen. */
static size_t rules_of(struct rule *rules) {
    static const struct rule by_arguments[] = {{SYS_clone3, NO_SUCH_CALL},
                                               {SYS_clone, IF_THREAD},
                                               {SYS_socket, IF_FAMILY},
                                               {SYS_ioctl, IF_NO_TYPING}};
    size_t n = 0;
    for (size_t i = 0; i < sizeof by_arguments / sizeof *by_arguments; i++)
        rules[n++] = by_arguments[i];
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        rules[n++] = (struct rule){refused[i], REFUSE};
    qsort(rules, n, sizeof *rules, compare);
    return n;
}

static void choose_block(struct filter *f, const struct rule *rules, size_t n) {
    size_t half = n / 2, at = f->n;
    if (n == 1) {
        f->is_leaf[f->n] = true;
        emit(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)rules->call, (uint8_t)rules->block, ALLOW);
        return;
    }
    emit(f, BPF_JMP | BPF_JGE | BPF_K, (uint32_t)rules[half].call, 0, 0);
    choose_block(f, rules, half);
    f->code[at].jt = (uint8_t)(f->n - at - 1);
    choose_block(f, rules + half, n - half);
}

/* ---- the blocks ---- */

static void allow_families(struct filter *f) {
    static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
    load_argument(f, 0);
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        emit(f, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)families[i], 0, 1);
        answer(f, SECCOMP_RET_ALLOW);
    }
    answer(f, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
}

/* Refused where this bit of an argument is as it is, or where the argument is this. */
static void refuse_if(struct filter *f, int argument, unsigned short how, uint32_t value, bool is_true) {
    load_argument(f, argument);
    emit(f, BPF_JMP | how | BPF_K, value, is_true ? 1 : 0, is_true ? 0 : 1);
    answer(f, SECCOMP_RET_ALLOW);
    answer(f, SECCOMP_RET_ERRNO | EPERM);
}

static void block_write(struct filter *f, enum block block) {
    switch (block) {
    case REFUSE:
        answer(f, SECCOMP_RET_ERRNO | EPERM);
        return;
    case NO_SUCH_CALL:
        answer(f, SECCOMP_RET_ERRNO | ENOSYS);
        return;
    case IF_THREAD:
        refuse_if(f, 0, BPF_JSET, CLONE_THREAD, false);
        return;
    case IF_FAMILY:
        allow_families(f);
        return;
    case IF_NO_TYPING: /* into the terminal in the user's place: his shell would read it */
        refuse_if(f, 1, BPF_JEQ, TIOCSTI, true);
        return;
    default:
        answer(f, SECCOMP_RET_ALLOW);
    }
}

static void filter_make(struct filter *f) {
    struct rule rules[sizeof refused / sizeof *refused + 4];
    size_t starts[BLOCKS];
    memset(f, 0, sizeof *f);
    load(f, offsetof(struct seccomp_data, arch));
    emit(f, BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0);
    answer(f, SECCOMP_RET_ERRNO | EPERM);
    load(f, offsetof(struct seccomp_data, nr));
    emit(f, BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1);
    answer(f, SECCOMP_RET_ERRNO | EPERM);
    choose_block(f, rules, rules_of(rules));
    for (int block = 0; block < BLOCKS; block++) {
        starts[block] = f->n;
        block_write(f, (enum block)block);
    }
    for (size_t i = 0; i < f->n; i++)
        if (f->is_leaf[i]) {
            f->code[i].jt = (uint8_t)(starts[f->code[i].jt] - i - 1);
            f->code[i].jf = (uint8_t)(starts[f->code[i].jf] - i - 1);
        }
}

static void confine_calls(void) {
    struct filter filter;
    filter_make(&filter);
    struct sock_fprog program = {.len = filter.n, .filter = filter.code};
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* A filter that is nowhere: the kernel that would take one finds fault with the address. */
static bool has_filters(void) {
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL) != 0 && errno == EFAULT;
}

#else

static void confine_calls(void) {
}

static bool has_filters(void) {
    return false;
}

#endif

/* ---- both ---- */

static bool is_off(void) {
    const char *wanted = getenv("EDGEPROBE_CONFINE");
    return HAS_SANITIZER || (wanted != NULL && strcmp(wanted, "no") == 0);
}

void confine(struct arena *arena, const struct confine_plan *plan) {
    static bool is_confined; /* the process is, for good */
    if (is_confined || is_off() || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return;
    is_confined = true;
    confine_files(arena, plan);
    confine_calls();
}

void confine_tell(FILE *out) {
    int abi = landlock_abi();
    if (is_off()) {
        fprintf(out, "not confined: %s\n",
                HAS_SANITIZER ? "built with sanitizers" : "EDGEPROBE_CONFINE=no in the environment");
        return;
    }
    fprintf(out, "seccomp: %s\n",
            has_filters() ? "starts no program, gains no privilege, touches no other process"
                          : "this kernel has no filters for this machine; programs could be started");
    if (abi == 0)
        fprintf(out, "Landlock: this kernel has none; files could be written anywhere\n");
    else
        fprintf(out,
                "Landlock: writes to the folders of output, save, record, state and cache alone (ABI %d)\n",
                abi);
}
