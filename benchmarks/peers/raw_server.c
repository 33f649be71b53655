/* The raw limit: raw_server PORT. One epoll that answers handshakes and writes one ready-made frame to every socket.
 *
 * `GET /bench/flood?changes=K` writes it K times. It looks at no key: the load generator always sends that of RFC 6455.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define FILES_AT_MOST 65536
#define YES "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" \
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
#define DONE "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
#define CHANGE "{\"epoch\":\"00000000\",\"seq\":100,\"rows\":[[\"1001\",2,\"talking\",1,1764000000,\"available\"]]}"
#define FRAME "\x81\x55" CHANGE

_Static_assert(sizeof CHANGE - 1 == 0x55, "the frame's second byte is the length of what follows");

static const size_t frame_size = sizeof FRAME - 1;
static int epoll;
static int place_of[FILES_AT_MOST]; /* in `listeners`, from 1; 0: not a listener */
static int listeners[FILES_AT_MOST], count;
static size_t owed[FILES_AT_MOST]; /* bytes that the kernel has not taken yet */

static void watch(int fd, int operation, unsigned events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    epoll_ctl(epoll, operation, fd, &event);
}

static void forget(int fd)
{
    if (place_of[fd] > 0) {
        int last = listeners[--count];
        listeners[place_of[fd] - 1] = last;
        place_of[last] = place_of[fd];
        place_of[fd] = 0;
    }
    owed[fd] = 0;
    close(fd);
}

/* What is owed is always an end of a row of frames. */
static void pay(int fd)
{
    while (owed[fd] > 0) {
        size_t begun = owed[fd] % frame_size;
        size_t size = begun ? begun : frame_size;
        ssize_t sent = send(fd, FRAME + frame_size - size, size, MSG_NOSIGNAL);
        if (sent < 0) {
            watch(fd, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            return;
        }
        owed[fd] -= (size_t)sent;
    }
    watch(fd, EPOLL_CTL_MOD, EPOLLIN);
}

static void spread(void)
{
    for (int each = 0; each < count; each++) {
        int fd = listeners[each];
        ssize_t sent = owed[fd] ? 0 : send(fd, FRAME, frame_size, MSG_NOSIGNAL);
        if (sent != (ssize_t)frame_size) {
            owed[fd] += frame_size - (sent < 0 ? 0 : (size_t)sent);
            watch(fd, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
        }
    }
}

static void answer(int fd)
{
    char request[4096];
    ssize_t size = recv(fd, request, sizeof request - 1, 0);
    if (size <= 0) {
        forget(fd);
        return;
    }
    request[size] = 0;
    if (strstr(request, "Upgrade: websocket") != NULL) {
        listeners[count++] = fd;
        place_of[fd] = count;
        send(fd, YES, sizeof YES - 1, MSG_NOSIGNAL);
        return;
    }
    const char *changes = strstr(request, "changes=");
    for (long left = changes ? atol(changes + 8) : 0; left > 0; left--)
        spread();
    send(fd, DONE, sizeof DONE - 1, MSG_NOSIGNAL);
}

static int listening(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 4096) < 0) {
        perror("raw_server");
        exit(1);
    }
    return fd;
}

static void accept_all(int door)
{
    int fd;
    while ((fd = accept4(door, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        watch(fd, EPOLL_CTL_ADD, EPOLLIN);
    }
}

int main(int words, char **word)
{
    struct epoll_event events[1024];
    int door = listening(words > 1 ? atoi(word[1]) : 0);
    epoll = epoll_create1(0);
    watch(door, EPOLL_CTL_ADD, EPOLLIN);
    for (;;) {
        int ready = epoll_wait(epoll, events, 1024, -1);
        for (int each = 0; each < ready; each++) {
            int fd = events[each].data.fd;
            if (fd == door)
                accept_all(door);
            else if (events[each].events & EPOLLIN)
                answer(fd);
            else if (events[each].events & EPOLLOUT)
                pay(fd);
            else
                forget(fd);
        }
    }
}
