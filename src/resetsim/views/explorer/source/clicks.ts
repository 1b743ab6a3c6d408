// Spikes as an electrophysiologist hears them.

const CLICK_S = 0.004;
const AHEAD_S = 0.05; // so that no click is late

export class Clicks {
  private context: AudioContext | null = null;
  private click: AudioBuffer | null = null;
  on = false;

  /** A browser allows sound only after somebody asks for it. */
  turn(on: boolean): void {
    this.on = on;
    if (!on) return void this.context?.suspend();
    this.context ??= new AudioContext();
    void this.context.resume();
    const { sampleRate } = this.context;
    this.click ??= this.context.createBuffer(1, CLICK_S * sampleRate, sampleRate);
    this.click.getChannelData(0).forEach((_, i, samples) => {
      samples[i] = 0.5 * Math.exp((-8 * i) / samples.length) * Math.sign(Math.sin((i / sampleRate) * 9000));
    });
  }

  /** Plays spikes at their times, in seconds from now. */
  play(times: number[]): void {
    if (!this.on || !this.context) return;
    for (const time of times) {
      const source = this.context.createBufferSource();
      source.buffer = this.click;
      source.connect(this.context.destination);
      source.start(this.context.currentTime + AHEAD_S + time);
    }
  }
}
