/* load PORT ws|xmpp GREETING WORDS SEND EXPECT [SEND EXPECT ...]: a listener for each line of the file WORDS.
 *
 * Commands come one a line, and the next only after the answer:
 *   connect AT_ONCE   -> "connected NS REFUSED"    all, so many at a time
 *   return            -> "connected NS REFUSED"    all, each after a random wait, as after a cut
 *   cut               -> "cut"                     all are closed
 *   frames N | mark M -> "armed", then "arrived FIRST MEDIAN P99 LAST BYTES"
 *                        when each has N more frames, or has M; moments of CLOCK_MONOTONIC in ns, bytes of one socket
 */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define LINE 256
#define PATIENCE 120000000000L

struct load load;

long now(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return moment.tv_sec * 1000000000L + moment.tv_nsec;
}

void die(const char *what)
{
    fprintf(stderr, "load: %s (%s); %d of %d stand, %d wait\n", what, strerror(errno), load.standing, load.count,
            load.missing);
    exit(1);
}

static int earlier(const void *one, const void *other)
{
    long left = *(const long *)one, right = *(const long *)other;
    return (left > right) - (left < right);
}

static void say_arrived(long bytes_before)
{
    long *moments = malloc(sizeof *moments * (size_t)load.count);
    if (moments == NULL)
        die("malloc");
    for (int each = 0; each < load.count; each++)
        moments[each] = load.listeners[each].arrived;
    qsort(moments, (size_t)load.count, sizeof *moments, earlier);
    printf("arrived %ld %ld %ld %ld %ld\n", moments[0], moments[load.count / 2], moments[(load.count - 1) * 99L / 100],
           moments[load.count - 1], load.listeners[0].bytes - bytes_before);
    free(moments);
}

static void wait_for_all(long frames)
{
    long started = now(), bytes_before = load.listeners[0].bytes;
    for (struct listener *each = load.listeners; each < load.listeners + load.count; each++)
        each->wanted = frames + (load.waits_for_mark ? each->marks : each->frames);
    load.missing = load.count;
    printf("armed\n");
    fflush(stdout);
    while (load.missing > 0) {
        turn(1000);
        if (now() - started > PATIENCE)
            die("not everybody got it");
    }
    say_arrived(bytes_before);
}

static void wait_for_mark(const char *mark)
{
    load.mark = mark;
    load.waits_for_mark = true;
    wait_for_all(1);
    load.waits_for_mark = false;
    load.mark = NULL;
}

static void join(int at_once, bool with_jitter)
{
    long started = now();
    connect_all(at_once, with_jitter);
    printf("connected %ld %ld\n", now() - started, load.refused);
}

static void obey(void)
{
    char line[LINE];
    if (fgets(line, sizeof line, stdin) == NULL)
        exit(0);
    line[strcspn(line, "\n")] = 0;
    if (strncmp(line, "connect ", 8) == 0)
        join(atoi(line + 8), false);
    else if (strcmp(line, "return") == 0)
        join(load.count, true);
    else if (strncmp(line, "frames ", 7) == 0)
        wait_for_all(atol(line + 7));
    else if (strncmp(line, "mark ", 5) == 0)
        wait_for_mark(line + 5);
    else if (strcmp(line, "cut") == 0) {
        cut_all();
        printf("cut\n");
    }
    fflush(stdout);
    load.has_command = false;
}

static void read_words(const char *path)
{
    char line[LINE];
    FILE *file = fopen(path, "r");
    if (file == NULL)
        die(path);
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = 0;
        load.listeners = realloc(load.listeners, sizeof *load.listeners * (size_t)(load.count + 1));
        load.listeners[load.count++] = (struct listener){.fd = -1, .word = strdup(line)};
    }
    fclose(file);
}

int main(int count, char **words)
{
    if (count < 7)
        die("load PORT ws|xmpp GREETING WORDS SEND EXPECT ...");
    load.port = atoi(words[1]);
    load.is_xmpp = strcmp(words[2], "xmpp") == 0;
    load.mark = load.is_xmpp ? "<presence" : NULL;
    load.greeting = atol(words[3]);
    read_words(words[4]);
    for (int word = 5; word + 1 < count && load.steps < STEPS_AT_MOST; word += 2)
        load.step[load.steps++] = (struct step){words[word], words[word + 1]};
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event commands = {.events = EPOLLIN, .data.ptr = NULL};
    if (load.epoll < 0 || epoll_ctl(load.epoll, EPOLL_CTL_ADD, STDIN_FILENO, &commands) < 0)
        die("epoll");
    srand48(getpid());
    for (;;) {
        turn(-1);
        if (load.has_command)
            obey();
    }
}
