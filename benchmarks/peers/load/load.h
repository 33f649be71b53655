/* The load generator: many sockets at one server on one epoll. `main.c` says what it is told and what it answers. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>

#define STEPS_AT_MOST 8
#define KEPT 32 /* bytes kept of what was read last: a word may be cut in two */

/* One exchange of a handshake: what is sent, %s standing for the listener's own word, and what the answer must hold. */
struct step {
    const char *send, *expect;
};

/* One socket and what it has received. Times are nanoseconds of CLOCK_MONOTONIC. */
struct listener {
    int fd; /* -1: none */
    int step;
    int failures;
    bool is_connected, stands;
    long due, opened; /* when it tries again; when it tried */
    const char *word;
    char tail[KEPT];
    long frames, bytes, marks;
    long wanted, arrived;
    unsigned char head[10], control[125];
    size_t head_size, control_size, payload_left;
};

struct load {
    int epoll, port, count, steps;
    bool is_xmpp;     /* a frame is then what begins with the mark */
    long greeting;    /* frames that a socket gets before it stands */
    const char *mark; /* NULL: nothing is looked for */
    bool waits_for_mark;
    struct step step[STEPS_AT_MOST];
    struct listener *listeners;
    int opening, standing, missing;
    long refused;
    bool has_command;
};

extern struct load load;

long now(void);
void die(const char *what);

/* frames.c */
void take_stream(struct listener *listener, const char *data, size_t size);

/* sockets.c */
void turn(int milliseconds);
void connect_all(int at_once, bool with_jitter);
void cut_all(void);

#endif
