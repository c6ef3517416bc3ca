import worklet from './recorder-worklet.ts?worker&url';
import { peakDb, sixteenBits, wav } from './wav';

/** The longest recording, in seconds: an item of a programme, with room for a second try. */
export const SECONDS_MAX = 30 * 60;

/** Why there is no recording. */
export type RecorderFault = 'insecure' | 'denied' | 'missing' | 'failed';

/** Records the microphone of this computer as sound of 16 bits that the station's decoder takes. */
export class Recorder {
  state = $state<'idle' | 'asking' | 'recording' | 'done'>('idle');
  fault = $state<RecorderFault | null>(null);
  seconds = $state(0);
  /** Largest magnitude of the last tenth of a second, in dB of full scale; none in silence. */
  level = $state<number | null>(null);
  /** Whether it ended because it was as long as it may be. */
  full = $state(false);
  sound = $state.raw<Blob | null>(null);

  #context: AudioContext | null = null;
  #stream: MediaStream | null = null;
  #node: AudioWorkletNode | null = null;
  #pieces: Int16Array<ArrayBuffer>[] = [];
  #frames = 0;

  /** Asks for the microphone and begins. */
  async start() {
    this.discard();
    if (!navigator.mediaDevices?.getUserMedia) {
      this.fault = 'insecure';
      return;
    }
    this.state = 'asking';
    try {
      // What is read aloud is recorded as it is: the station brings it to its loudness itself.
      const audio = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio });
      this.#context = new AudioContext();
      await this.#context.audioWorklet.addModule(worklet);
      const source = this.#context.createMediaStreamSource(this.#stream);
      const options = {
        numberOfInputs: 1,
        numberOfOutputs: 0,
        channelCount: 1,
        channelCountMode: 'explicit' as const,
      };
      this.#node = new AudioWorkletNode(this.#context, 'loa-recorder', options);
      this.#node.port.onmessage = ({ data }: MessageEvent<Float32Array | null>) => this.#hear(data);
      source.connect(this.#node);
      this.state = 'recording';
    } catch (thrown) {
      this.#release();
      this.state = 'idle';
      this.fault = faultOf(thrown);
    }
  }

  /** Ends the recording; what was heard is in `sound` a moment later. */
  stop() {
    this.#node?.port.postMessage('stop');
  }

  /** Throws away what was recorded, and gives the microphone back. */
  discard() {
    this.#release();
    this.#pieces = [];
    this.#frames = 0;
    Object.assign(this, { state: 'idle', fault: null, seconds: 0, level: null, full: false, sound: null });
  }

  #hear(samples: Float32Array | null) {
    const rate = this.#context?.sampleRate;
    if (!rate || this.state !== 'recording') return;
    if (samples === null) {
      this.sound = wav(this.#pieces, rate);
      this.state = 'done';
      this.#release();
      return;
    }
    this.#pieces.push(sixteenBits(samples));
    this.#frames += samples.length;
    this.seconds = this.#frames / rate;
    this.level = peakDb(samples);
    if (this.seconds >= SECONDS_MAX && !this.full) {
      this.full = true;
      this.stop();
    }
  }

  #release() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    void this.#context?.close().catch(() => {});
    this.#stream = this.#context = this.#node = null;
    this.level = null;
  }
}

function faultOf(thrown: unknown): RecorderFault {
  const name = thrown instanceof DOMException ? thrown.name : '';
  if (name === 'NotAllowedError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'failed';
}
