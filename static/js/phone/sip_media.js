// The sound of a call by Asterisk: Asterisk calls this window for it, and this window answers by itself.

import { MediaCare } from "./media_care.js";
import { figuresOf } from "./media_figures.js";
import { OwnVoice } from "./own_voice.js";
import { SilentGreeting } from "./silent_greeting.js";

/** @import { MediaOptions } from "./media.js" */
/** @import { CallCard } from "./line.js" */
/** @import { SipPhone } from "./sip_phone.js" */
/** @import { RTCSession } from "jssip/lib/RTCSession.js" */

/** Addresses that are found later than this are not worth the silence. */
const GATHERING_MS = 300;

/** Both sides' sound in one call; what a window asks of it is the same as of one between browsers. */
export class SipMedia {
  /** @type {MediaOptions} */ #options;
  /** @type {SipPhone} */ #phone;
  /** @type {RTCSession | null} */ #session = null;
  /** @type {RTCPeerConnection | null} */ #connection = null;
  /** @type {SilentGreeting | null} */ #greeting = null;
  /** @type {MediaCare} */ care;
  /** @type {OwnVoice} */ voice;
  /** What the other side says. @type {MediaStream | null} */ sound = null;

  /**
   * @param {MediaOptions} options
   * @param {SipPhone} phone
   */
  constructor(options, phone) {
    this.#options = options;
    this.#phone = phone;
    this.voice = new OwnVoice(options.microphone);
    this.care = new MediaCare({
      canTry: () => phone.isConnected,
      hurry: () => phone.hurry(),
      mend: () => this.#mend(),
      onState: options.onState,
    });
  }

  get call() {
    return this.#options.call;
  }

  start() {
    this.care.begin();
    this.#phone.expect(this);
  }

  /** The call as it stands now; whoever leaves a message hears nothing. @param {CallCard} card */
  settle({ state, held, voicemail }) {
    this.voice.hold(state === "on_hold");
    this.care.expectSound(state === "talking" && !held && !voicemail);
    if (voicemail) this.#greeting ??= new SilentGreeting(voicemail, this.#options.onStage);
  }

  /** What browsers agree on among themselves is none of Asterisk's concern. */
  receive() {}

  /** The network is another one: so is the way that signals go. */
  suspect() {
    this.#phone.renewSocket();
    this.care.suspect();
  }

  /** Called again for the same call: what came before has gone. @param {RTCSession} session */
  take(session) {
    this.#leave();
    this.#session = session;
    const isCurrent = () => this.#session === session;
    session.on("peerconnection", ({ peerconnection }) => isCurrent() && this.#follow(peerconnection));
    session.on("icecandidate", ({ ready }) => setTimeout(ready, GATHERING_MS));
    session.on("accepted", () => isCurrent() && this.voice.sendBy(this.#connection?.getSenders()[0] ?? null));
    for (const type of /** @type {const} */ (["ended", "failed"])) {
      session.on(type, ({ originator }) => isCurrent() && this.#lose(originator !== "remote"));
    }
    const { track } = this.voice;
    session.answer({
      mediaConstraints: { audio: Boolean(track), video: false },
      ...(track && { mediaStream: new MediaStream([track]) }),
      pcConfig: { iceServers: this.#options.iceServers },
    });
  }

  close() {
    this.#phone.forget(this);
    this.#greeting?.stop();
    this.care.stop();
    this.voice.stop();
    this.#leave();
  }

  async stats() {
    if (!this.#connection) return null;
    return { state: this.#connection.connectionState, ...(await figuresOf(this.#connection)) };
  }

  /** @param {RTCPeerConnection} connection */
  #follow(connection) {
    this.#connection = connection;
    this.care.follow(connection);
    connection.addEventListener("track", ({ track, streams }) => {
      this.sound = streams[0] ?? new MediaStream([track]);
      this.#options.play(this.sound);
    });
  }

  /** A new way for the same sound: this window is reached at other addresses than before. */
  #mend() {
    if (this.#session?.isEstablished()) this.#session.renegotiate({ rtcOfferConstraints: { iceRestart: true } });
  }

  /**
   * While the card says that the call goes on, Asterisk is to call again.
   * @param {boolean} isNews to Asterisk
   */
  #lose(isNews) {
    this.#session = null;
    this.#connection = null;
    this.sound = null;
    this.voice.sendBy(null);
    this.#options.onState("reconnecting");
    if (isNews) this.#phone.askToBeCalled();
  }

  #leave() {
    const session = this.#session;
    this.#session = null;
    this.#connection = null;
    if (session && !session.isEnded()) session.terminate();
  }
}
