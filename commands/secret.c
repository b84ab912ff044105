/* Where does a passphrase come from? See secret.h. */
#include "commands/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "commands/verdict.h"
#include "probe/input.h"

/* ---- the terminal ---- */

/* Waits for a line or a signal that would end us: echo must come back before we die. 0, or the signal. */
static int line_or_signal(int tty, const sigset_t *deadly) {
    int signals = signalfd(-1, deadly, SFD_CLOEXEC), number = 0;
    struct pollfd both[] = {{.fd = tty, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    struct signalfd_siginfo info;
    while (signals >= 0 && poll(both, 2, -1) < 0 && errno == EINTR)
        ;
    if (signals >= 0 && (both[1].revents & POLLIN) != 0 && read(signals, &info, sizeof info) == sizeof info)
        number = (int)info.ssi_signo;
    if (signals >= 0)
        close(signals);
    return number;
}

/* The prompt comes when nothing is shown any more: what is typed at once is neither seen nor thrown away. */
static ssize_t line_read_unseen(int tty, const char *prompt, const struct termios *seen, char *buffer,
                                size_t size, int *number) {
    struct termios unseen = *seen;
    sigset_t deadly, before;
    ssize_t length = -1;
    sigemptyset(&deadly);
    sigaddset(&deadly, SIGINT);
    sigaddset(&deadly, SIGQUIT);
    sigaddset(&deadly, SIGTERM);
    sigaddset(&deadly, SIGHUP);
    sigprocmask(SIG_BLOCK, &deadly, &before);
    unseen.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(tty, TCSAFLUSH, &unseen);
    dprintf(tty, "%s: ", prompt);
    *number = line_or_signal(tty, &deadly);
    if (*number == 0)
        length = read(tty, buffer, size);
    tcsetattr(tty, TCSAFLUSH, seen);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return length;
}

int terminal_ask(const char *prompt, char *buffer, int size) {
    struct termios seen;
    int number, tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (tty < 0 || tcgetattr(tty, &seen) != 0) {
        if (tty >= 0)
            close(tty);
        return -1;
    }
    ssize_t n = line_read_unseen(tty, prompt, &seen, buffer, (size_t)size, &number);
    dprintf(tty, "\n");
    close(tty);
    if (number != 0) {
        signal(number, SIG_DFL);
        raise(number);
    }
    if (n <= 0) /* 0: whoever sits there has nothing to say (^D) */
        return (int)n;
    return (int)(buffer[n - 1] == '\n' ? n - 1 : n);
}

int passphrase_ask(void *context, const char *file, char *buffer, int size) {
    (void)context;
    struct arena *scratch = arena_new();
    int length = terminal_ask(arena_printf(scratch, "Passphrase of %s", file), buffer, size);
    arena_free(scratch);
    return length;
}

/* ---- a file ---- */

static int line_length(const char *text, size_t size) {
    const char *end = memchr(text, '\n', size);
    size_t length = end == NULL ? size : (size_t)(end - text);
    return (int)(length > 0 && text[length - 1] == '\r' ? length - 1 : length);
}

/* A byte order mark is an editor's, never the passphrase's. What is left; wipes what it moved. */
static size_t mark_remove(char *text, size_t size) {
    size_t mark = text_mark(text, size);
    memmove(text, text + mark, size - mark);
    OPENSSL_cleanse(text + size - mark, mark);
    return size - mark;
}

bool secret_open(struct secret *secret, struct arena *arena, const char *file) {
    secret->length = -1;
    if (file == NULL)
        return true;
    const char *shown = text_from_wire_cut(arena, file, strlen(file), 200);
    struct input in;
    ptrdiff_t n =
        input_open(&in, file, INPUT_SECRET) ? input_read(&in, secret->text, sizeof secret->text) : -1;
    input_close(&in);
    if (n < 0)
        complain("--password-file: %s: %s", shown, in.fault);
    else if (n == (ptrdiff_t)sizeof secret->text && memchr(secret->text, '\n', sizeof secret->text) == NULL)
        complain("--password-file: %s: wanted a first line of less than %d bytes", shown, SECRET_MAX);
    else
        secret->length = line_length(secret->text, mark_remove(secret->text, (size_t)n));
    if (secret->length < 0)
        OPENSSL_cleanse(secret->text, sizeof secret->text);
    return secret->length >= 0;
}

void secret_close(struct secret *secret) {
    OPENSSL_cleanse(secret->text, sizeof secret->text);
    secret->length = -1;
}

static int answer(void *context, const char *file, char *buffer, int size) {
    const struct secret *secret = context;
    if (secret->length < 0)
        return passphrase_ask(NULL, file, buffer, size);
    int length = secret->length < size ? secret->length : size;
    memcpy(buffer, secret->text, (size_t)length);
    return length;
}

struct secret_source secret_source_of(struct secret *secret) {
    return (struct secret_source){.ask = answer, .context = secret};
}
