// A soft sound of two tones, made by the browser: nothing is loaded for it.

/// Frequencies in hertz and when each tone begins, in seconds: a fifth, as two strokes on a small gong.
const TONES = [
  [587.33, 0],
  [880, 0.12],
];
const LENGTH = 0.6;
const VOLUME = 0.12;

let context;

/// Plays it. A browser that was never clicked in plays nothing.
export function playSound() {
  if (!globalThis.AudioContext) return;
  context ??= new AudioContext();
  context.resume().catch(() => {});
  for (const [frequency, after] of TONES) {
    const start = context.currentTime + after;
    const tone = new OscillatorNode(context, { type: "sine", frequency });
    const loudness = new GainNode(context, { gain: 0 });
    loudness.gain.linearRampToValueAtTime(VOLUME, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.0001, start + LENGTH);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(start + LENGTH);
  }
}
