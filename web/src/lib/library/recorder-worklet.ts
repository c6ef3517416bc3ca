// Runs in the audio thread of the browser: hands the samples of the first channel to the page in pieces.

declare const AudioWorkletProcessor: { new (): { readonly port: MessagePort } };
declare function registerProcessor(name: string, processor: unknown): void;

/** Frames of a piece: about a tenth of a second. */
const PIECE_FRAMES = 4_096;

class Recorder extends AudioWorkletProcessor {
  #piece = new Float32Array(PIECE_FRAMES);
  #filled = 0;
  #over = false;

  constructor() {
    super();
    this.port.onmessage = () => {
      this.port.postMessage(this.#piece.slice(0, this.#filled));
      this.port.postMessage(null);
      this.#over = true;
    };
  }

  process(inputs: Float32Array[][]): boolean {
    for (const sample of inputs[0]?.[0] ?? []) {
      this.#piece[this.#filled] = sample;
      this.#filled += 1;
      if (this.#filled === PIECE_FRAMES) {
        this.port.postMessage(this.#piece.slice());
        this.#filled = 0;
      }
    }
    return !this.#over;
  }
}

registerProcessor('loa-recorder', Recorder);
