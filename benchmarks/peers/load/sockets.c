/* From a closed socket to one that stands, and back; whoever fails tries again after the waits of static/js/socket.js. */
#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MS 1000000L
#define RETRY_MIN (500 * MS)
#define RETRY_MAX (30000 * MS)
#define OPENING_MAX (10000 * MS)
#define PATIENCE (300000 * MS)
#define READ_AT_MOST (1 << 20)

static char space[KEPT + READ_AT_MOST];
static char *const fresh = space + KEPT;

static void watch(struct listener *listener, int operation, unsigned events)
{
    struct epoll_event event = {.events = events, .data.ptr = listener};
    if (epoll_ctl(load.epoll, operation, listener->fd, &event) < 0)
        die("epoll_ctl");
}

static long patience(int failures)
{
    long longest = failures > 6 ? RETRY_MAX : RETRY_MIN << failures;
    if (longest > RETRY_MAX)
        longest = RETRY_MAX;
    return RETRY_MIN + (long)(drand48() * (double)(longest - RETRY_MIN));
}

static void forget(struct listener *listener)
{
    close(listener->fd);
    if (!listener->stands)
        load.opening--;
    else
        load.standing--;
    listener->fd = -1;
}

static void fail(struct listener *listener)
{
    if (listener->stands)
        die("the server closed a socket");
    forget(listener);
    load.refused++;
    listener->due = now() + patience(++listener->failures);
}

static void open_socket(struct listener *listener)
{
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((unsigned short)load.port)};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    *listener = (struct listener){.word = listener->word, .failures = listener->failures, .opened = now()};
    listener->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (listener->fd < 0)
        die("socket");
    setsockopt(listener->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    load.opening++;
    watch(listener, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
    if (connect(listener->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS)
        fail(listener);
}

static void say(struct listener *listener)
{
    char text[2048];
    int size = snprintf(text, sizeof text, load.step[listener->step].send, listener->word);
    if (size > 0 && send(listener->fd, text, (size_t)size, MSG_NOSIGNAL) != size)
        fail(listener);
}

/* The handshake's next answer. Returns where what follows it begins, NULL when it has not come whole. */
static const char *take_answer(struct listener *listener, const char *from, const char *end)
{
    const char *expected = load.step[listener->step].expect;
    const char *found = memmem(from, (size_t)(end - from), expected, strlen(expected));
    if (found == NULL)
        return NULL;
    if (++listener->step < load.steps)
        say(listener);
    return found + strlen(expected);
}

static void note_arrival(struct listener *listener)
{
    if (!listener->stands && listener->step == load.steps && listener->frames >= load.greeting) {
        listener->stands = true;
        load.opening--;
        load.standing++;
    }
    long has = load.waits_for_mark ? listener->marks : listener->frames;
    if (listener->wanted > 0 && has >= listener->wanted) {
        listener->wanted = 0;
        listener->arrived = now();
        load.missing--;
    }
}

static void take(struct listener *listener, size_t size)
{
    const char *from = fresh, *end = fresh + size;
    memcpy(space, listener->tail, KEPT);
    if (listener->step < load.steps)
        from = space; /* an answer may have begun in what was read before */
    while (listener->fd >= 0 && listener->step < load.steps && from != NULL)
        from = take_answer(listener, from, end);
    memcpy(listener->tail, end - KEPT, KEPT);
    if (listener->fd < 0 || from == NULL)
        return;
    if (from < end)
        take_stream(listener, from, (size_t)(end - from));
    note_arrival(listener);
}

static void happen(struct listener *listener, unsigned events)
{
    if (!listener->is_connected && (events & EPOLLOUT) != 0) {
        listener->is_connected = true;
        watch(listener, EPOLL_CTL_MOD, EPOLLIN);
        say(listener);
    } else if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
        ssize_t size = recv(listener->fd, fresh, READ_AT_MOST, 0);
        if (size > 0)
            take(listener, (size_t)size);
        else if (size == 0 || errno != EAGAIN)
            fail(listener);
    }
}

/* What is ready within the time. Standard input, which brings commands, has no listener. */
void turn(int milliseconds)
{
    struct epoll_event events[1024];
    int ready = epoll_wait(load.epoll, events, 1024, milliseconds);
    for (int each = 0; each < ready; each++) {
        struct listener *listener = events[each].data.ptr;
        if (listener == NULL)
            load.has_command = true;
        else if (listener->fd >= 0)
            happen(listener, events[each].events);
    }
}

static void open_those_due(int at_once)
{
    long moment = now();
    for (struct listener *each = load.listeners; each < load.listeners + load.count; each++) {
        if (each->fd < 0 && each->due <= moment && load.opening < at_once)
            open_socket(each);
        else if (each->fd >= 0 && each->step < load.steps && moment - each->opened > OPENING_MAX)
            fail(each);
    }
}

/* Returns when all stand: at most `at_once` shake hands at a time, or each begins after a wait of its own. */
void connect_all(int at_once, bool with_jitter)
{
    long started = now();
    load.refused = 0;
    for (struct listener *each = load.listeners; each < load.listeners + load.count; each++) {
        each->failures = 0;
        each->due = with_jitter ? started + patience(++each->failures) : 0;
    }
    while (load.standing < load.count) {
        open_those_due(at_once);
        turn(1);
        if (now() - started > PATIENCE)
            die("not everybody could connect");
    }
}

void cut_all(void)
{
    for (struct listener *each = load.listeners; each < load.listeners + load.count; each++)
        forget(each);
}
