// What a connection has received and sent so far, out of the browser's statistics.

/**
 * @typedef {object} MediaFigures
 * @property {number} bytesReceived
 * @property {number} bytesSent
 * @property {number} packetsReceived
 * @property {number} packetsLost
 * @property {number} jitter in seconds
 * @property {number | null} roundTrip in seconds
 */

/**
 * @param {RTCPeerConnection} connection
 * @returns {Promise<MediaFigures>}
 */
export async function figuresOf(connection) {
  const figures = { bytesReceived: 0, bytesSent: 0, packetsReceived: 0, packetsLost: 0, jitter: 0 };
  /** @type {number | null} */ let roundTrip = null;
  for (const row of (await connection.getStats()).values()) {
    if (row.type === "outbound-rtp") figures.bytesSent += row.bytesSent;
    if (row.type === "candidate-pair" && row.nominated) roundTrip ??= row.currentRoundTripTime ?? null;
    if (row.type === "remote-inbound-rtp") roundTrip = row.roundTripTime ?? roundTrip;
    if (row.type !== "inbound-rtp") continue;
    figures.bytesReceived += row.bytesReceived;
    figures.packetsReceived += row.packetsReceived ?? 0;
    figures.packetsLost += row.packetsLost;
    figures.jitter = Math.max(figures.jitter, row.jitter ?? 0);
  }
  return { ...figures, roundTrip };
}
