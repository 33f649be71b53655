// The microphone: the chosen one if it is connected, and in words what is wrong with it.

import { chosen, present } from "./devices.js";

/** @type {Record<string, string>} */
const PROBLEMS = {
  NotAllowedError: "mic_refused",
  SecurityError: "mic_refused",
  NotFoundError: "mic_missing",
  OverconstrainedError: "mic_missing",
};
const SOUND = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Its message is the key of the words that say what to do. */
export class MicrophoneError extends Error {}

/** @returns {Promise<MediaStream>} */
export async function openMicrophone() {
  if (!navigator.mediaDevices) throw new MicrophoneError("mic_insecure");
  try {
    // Only wished for: where it is gone the browser takes the default one.
    const id = (await present("microphone")).id || chosen("microphone")?.id;
    const audio = id ? { ...SOUND, deviceId: { ideal: id } } : SOUND;
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch (error) {
    throw new MicrophoneError(PROBLEMS[/** @type {Error} */ (error).name] ?? "mic_busy");
  }
}

/** @param {MediaStream | null} microphone */
export function closeMicrophone(microphone) {
  for (const track of microphone?.getTracks() ?? []) track.stop();
}
