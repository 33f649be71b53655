/* What a socket receives once it stands: frames counted, pings answered, and a mark looked for, all without copying. */
#define _GNU_SOURCE
#include "load.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define CLOSE 8
#define PING 9

/* Bytes of the whole head, as far as what has come of it tells. */
static size_t head_needs(const struct listener *listener)
{
    int size = listener->head_size < 2 ? 0 : listener->head[1] & 0x7f;
    return size == 126 ? 4 : size == 127 ? 10 : 2;
}

static size_t payload_size(const struct listener *listener)
{
    size_t size = 0;
    if (listener->head_size == 2)
        return listener->head[1] & 0x7f;
    for (size_t place = 2; place < listener->head_size; place++)
        size = size << 8 | listener->head[place];
    return size;
}

static void answer_ping(const struct listener *listener)
{
    char pong[6 + sizeof listener->control] = {(char)0x8a, (char)(0x80 | listener->control_size)}; /* masked with 0 */
    memcpy(pong + 6, listener->control, listener->control_size);
    send(listener->fd, pong, 6 + listener->control_size, MSG_NOSIGNAL);
}

static void end_frame(struct listener *listener)
{
    int kind = listener->head[0] & 0x0f;
    if (kind == PING)
        answer_ping(listener);
    else if (kind == CLOSE)
        fprintf(stderr, "the server closes with %d\n", listener->control[0] << 8 | listener->control[1]);
    else
        listener->frames++;
    listener->head_size = listener->control_size = 0;
}

static void keep_control(struct listener *listener, const char *data, size_t size)
{
    if ((listener->head[0] & 8) == 0 || listener->control_size + size > sizeof listener->control)
        return;
    memcpy(listener->control + listener->control_size, data, size);
    listener->control_size += size;
}

static void take_frames(struct listener *listener, const char *data, size_t size)
{
    while (size > 0) {
        if (listener->head_size < head_needs(listener)) {
            listener->head[listener->head_size++] = (unsigned char)*data++;
            size--;
            if (listener->head_size < head_needs(listener))
                continue;
            listener->payload_left = payload_size(listener);
        }
        size_t taken = size < listener->payload_left ? size : listener->payload_left;
        keep_control(listener, data, taken);
        data += taken;
        size -= taken;
        listener->payload_left -= taken;
        if (listener->payload_left == 0)
            end_frame(listener);
    }
}

/* How often the mark ends in the new part of `data`, which has KEPT old bytes before it. */
static long marks_in(const char *data, size_t size)
{
    size_t length = strlen(load.mark);
    const char *from = data - (length - 1), *end = data + size;
    long found = 0;
    while (from < end && (from = memmem(from, (size_t)(end - from), load.mark, length)) != NULL) {
        found++;
        from += length;
    }
    return found;
}

void take_stream(struct listener *listener, const char *data, size_t size)
{
    listener->bytes += (long)size;
    if (load.mark != NULL)
        listener->marks += marks_in(data, size);
    if (load.is_xmpp)
        listener->frames = listener->marks;
    else
        take_frames(listener, data, size);
}
