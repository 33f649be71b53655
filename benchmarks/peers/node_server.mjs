/**
 * Node's `ws` with a broadcast: `node node_server.mjs PORT ready|send`. Either the frame is made once and written to every
 * socket, or each socket gets a plain `send`. `/bench/flood?changes=K` spreads K changes, one turn of the loop for each.
 */

import { createServer } from "node:http";
import { Sender, WebSocketServer } from "ws";

const [port, way] = process.argv.slice(2);
const CHANGE = '{"epoch":"00000000","seq":100,"rows":[["1001",2,"talking",1,1764000000,"available"]]}';
const frame = Buffer.concat(
  Sender.frame(Buffer.from(CHANGE), { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: true }),
);
const SPREAD = {
  ready: (listener) => listener._socket.write(frame), // no public way leads to the socket below
  send: (listener) => listener.send(CHANGE),
};

const server = createServer(async (request, response) => {
  const changes = Number(new URL(request.url, "http://127.0.0.1").searchParams.get("changes") ?? 0);
  for (let change = 0; change < changes; change++) {
    for (const listener of sockets.clients) SPREAD[way](listener);
    await new Promise(setImmediate);
  }
  response.setHeader("Content-Type", "application/json");
  response.end("{}");
});
const sockets = new WebSocketServer({ server });
server.listen({ port: Number(port), host: "127.0.0.1", backlog: 4096 });
