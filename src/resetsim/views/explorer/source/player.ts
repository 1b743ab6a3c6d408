// Runs the spiking network, in a worker: the C++ that Brian2 writes, compiled to WebAssembly
// (analysis/explorer_network.py).

export interface Begin {
  kind: "begin";
  run: number; // comes back with every slice
  arguments: Record<string, number>;
  warmUpMs: number; // as fast as it goes
  durationMs: number;
  speed: number; // of the rest, relative to life
  populations: number;
  watched: number; // whose membrane
}

export type Order =
  | { kind: "load"; bytes: ArrayBuffer }
  | Begin
  | { kind: "change"; arguments: Record<string, number> }
  | { kind: "speed"; speed: number }
  | { kind: "stop" };

/** What happened since the last one. */
export interface Slice {
  run: number;
  fromMs: number;
  toMs: number;
  spikes: { cells: Int32Array; timesS: Float64Array }[]; // by population
  membraneV: Float32Array; // at the end of each millisecond
  computedMs: number; // how long it took
  over: boolean;
}

interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  argue(text: number): void;
  change(text: number): void;
  prepare(): void;
  advance(milliseconds: number, neuron: number): void;
  membrane(): number;
  spikes(population: number): number;
  cells(population: number): number;
  times(population: number): number;
}

const MOST_MS = 200; // of a slice, in the network's time
const TICK_MS = 25;
const LONGEST_TEXT = 256;

class Network {
  atMs = 0;
  private dueMs = 0;
  private last = performance.now();
  private readonly exports: Exports;
  private readonly begin: Begin;
  private readonly text: number;
  private readonly told: number[];
  speed: number;

  constructor(exports: Exports, begin: Begin) {
    this.exports = exports;
    this.begin = begin;
    this.speed = begin.speed;
    this.told = new Array<number>(begin.populations).fill(0);
    exports._initialize();
    this.text = exports.malloc(LONGEST_TEXT);
    for (const [name, value] of Object.entries(begin.arguments)) exports.argue(this.put(name, value));
    exports.prepare();
  }

  change(values: Record<string, number>): void {
    for (const [name, value] of Object.entries(values)) this.exports.change(this.put(name, value));
  }

  get hurries(): boolean {
    return this.atMs < this.begin.warmUpMs || !Number.isFinite(this.speed);
  }

  /** Goes on as far as it is time to. */
  next(): Slice {
    const now = performance.now();
    const { warmUpMs, durationMs, watched } = this.begin;
    const [fromMs, end] = [this.atMs, endOf(this.atMs, warmUpMs, durationMs)];
    this.dueMs = this.hurries ? fromMs + MOST_MS : this.dueMs + (now - this.last) * this.speed;
    this.dueMs = Math.min(this.dueMs, fromMs + MOST_MS, end); // what is late is not made up for
    this.last = now;
    const milliseconds = Math.max(Math.floor(this.dueMs) - fromMs, 0);
    this.exports.advance(milliseconds, watched);
    this.atMs += milliseconds;
    return {
      run: this.begin.run, fromMs, toMs: this.atMs,
      spikes: this.told.map((_, population) => this.newSpikes(population)),
      membraneV: new Float32Array(this.exports.memory.buffer, this.exports.membrane(), milliseconds).slice(),
      computedMs: performance.now() - now, over: this.atMs >= durationMs,
    };
  }

  private newSpikes(population: number): Slice["spikes"][number] {
    const { exports, told } = this;
    const [known, count] = [told[population]!, exports.spikes(population)];
    told[population] = count;
    const { buffer } = exports.memory;
    return {
      cells: new Int32Array(buffer, exports.cells(population), count).slice(known),
      timesS: new Float64Array(buffer, exports.times(population), count).slice(known),
    };
  }

  private put(name: string, value: number): number {
    const bytes = new TextEncoder().encode(`${name}=${value}\0`);
    if (bytes.length > LONGEST_TEXT) throw new Error(`${name} is too long`);
    new Uint8Array(this.exports.memory.buffer, this.text, bytes.length).set(bytes);
    return this.text;
  }
}

/** A slice ends where settling ends, so that stimuli begin in life's time. */
function endOf(fromMs: number, warmUpMs: number, durationMs: number): number {
  return fromMs < warmUpMs ? warmUpMs : durationMs;
}

let module: WebAssembly.Module;
let network: Network | null = null;
let waiting = 0;

function fails(name: string): never {
  throw new Error(`the network asks for ${name}`);
}

function begin(order: Begin): void {
  const imports: Record<string, Record<string, () => never>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    (imports[from] ??= {})[name] = () => fails(name);
  const instance = new WebAssembly.Instance(module, imports);
  network = new Network(instance.exports as unknown as Exports, order);
}

function tick(): void {
  if (!network) return;
  const slice = network.next();
  postMessage(slice);
  if (slice.over) network = null;
  else waiting = setTimeout(tick, network.hurries ? 0 : TICK_MS);
}

addEventListener("message", ({ data: order }: MessageEvent<Order>) => {
  switch (order.kind) {
    case "load":
      module = new WebAssembly.Module(order.bytes);
      break;
    case "begin":
      clearTimeout(waiting);
      begin(order);
      tick();
      break;
    case "change":
      network?.change(order.arguments);
      break;
    case "speed":
      if (network) network.speed = order.speed;
      break;
    case "stop":
      network = null;
  }
});
