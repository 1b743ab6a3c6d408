// Calls the slow clock: src/resetsim/slow/kernel.cpp, compiled to WebAssembly.

import type { Contents, Table, Unpacked } from "./contents";

export interface Course {
  segments: Float64Array[]; // rows, each as wide as the others of the call
  moments: number[];
  constants: number[];
  units: { start: number[]; multiplier: number }[];
}

/** States of each unit at each moment, and the output of the neurons there, in Hz. */
export class Solved {
  readonly units: number;
  readonly states: number;
  private readonly moments: number;
  private readonly rows: Float64Array; // of each unit, one for each moment: states, then output

  constructor(rows: Float64Array, units: number, moments: number, states: number) {
    this.rows = rows;
    this.units = units;
    this.moments = moments;
    this.states = states;
  }

  /** A state over all moments. */
  state(unit: number, state: number): Float64Array {
    const width = this.states + 1;
    const first = unit * this.moments * width + state;
    const found = new Float64Array(this.moments);
    for (let m = 0; m < this.moments; m++) found[m] = this.rows[first + m * width]!;
    return found;
  }

  output(unit: number): Float64Array {
    return this.state(unit, this.states);
  }

  /** All states at a moment. */
  at(unit: number, moment: number): number[] {
    const first = (unit * this.moments + moment) * (this.states + 1);
    return Array.from(this.rows.subarray(first, first + this.states));
  }

  each<T>(read: (unit: number) => T): T[] {
    return Array.from({ length: this.units }, (_, unit) => read(unit));
  }
}

interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(bytes: number): number;
  free(pointer: number): void;
  [kernel: string]: unknown;
}

type TableFields = Record<"axis_values" | "axis_lengths" | "index" | "roots", number>;

const LITTLE = true; // what WebAssembly is

export class SlowClock {
  private readonly exports: Exports;
  private readonly contents: Contents;
  private readonly tables: Record<string, TableFields> = {};

  private constructor(exports: Exports, unpacked: Unpacked) {
    this.exports = exports;
    this.contents = unpacked.contents;
    exports._initialize();
    for (const [name, table] of Object.entries(this.contents.tables))
      this.tables[name] = this.kept(table, unpacked.roots);
  }

  static async load(unpacked: Unpacked): Promise<SlowClock> {
    const instance = await WebAssembly.instantiate(unpacked.module, {});
    return new SlowClock(instance.exports as unknown as Exports, unpacked);
  }

  /** Integrates courses of one system under one rule; `system` is as in the names of kernels. */
  integrate(
    system: "dorsal_horn" | "memory",
    rule: string,
    tableName: string,
    courses: Course[],
    tolerance: number,
  ): Solved[] {
    const table = this.contents.tables[tableName]!;
    const states = this.contents.states.length;
    const width = courses[0]!.segments[0]!.length;
    const units = courses.flatMap((course, c) => course.units.map((unit) => ({ ...unit, c })));
    const rows = units.map(({ c }) => courses[c]!.moments.length);
    const firstRow = running(rows);
    const outputSize = firstRow[units.length]! * (states + 1);
    const owned: number[] = [];
    const doubles = (values: ArrayLike<number>) => this.put(owned, Float64Array.from(values));
    const integers = (values: number[]) =>
      this.put(owned, BigInt64Array.from(values, (value) => BigInt(value)));
    const output = this.put(owned, new Float64Array(outputSize));
    const failure = this.put(owned, new Float64Array(3));
    const values: Record<string, number> = {
      ...this.tables[tableName]!,
      first_efficacy: table.first_efficacy,
      per_efficacy: table.per_efficacy,
      fine: table.fine,
      constants: doubles(courses.flatMap(({ constants }) => withInverses(constants))),
      loses_inhibition: 0,
      tolerance,
      segments: doubles(joined(courses.flatMap(({ segments }) => segments), width)),
      drugs: Math.floor((width - SEGMENT_HEAD - this.contents.axes.length) / this.contents.drug_columns),
      first_segment: integers(running(courses.map(({ segments }) => segments.length))),
      moments: doubles(courses.flatMap(({ moments }) => moments)),
      first_moment: integers(running(courses.map(({ moments }) => moments.length))),
      units: units.length,
      course: integers(units.map(({ c }) => c)),
      multiplier: doubles(units.map(({ multiplier }) => multiplier)),
      start: doubles(units.flatMap(({ start }) => start)),
      first_row: integers(firstRow),
      output,
      threads: 1,
      failure,
    };
    const kernel = this.exports[this.contents.kernels[`${system}/${rule}`]!];
    (kernel as (problem: number) => void)(this.put(owned, this.problem(values)));
    const found = new Float64Array(this.exports.memory.buffer, output, outputSize).slice();
    const failed = new Float64Array(this.exports.memory.buffer, failure, 3).slice();
    owned.forEach((pointer) => this.exports.free(pointer));
    if (failed[0]) throw new Error(`the slow clock stopped on day ${failed[2]} (${failed[0]})`);
    return parted(found, courses, states);
  }

  /** Lays numbers out as the C++ structure has them. */
  private problem(values: Record<string, number>): Uint8Array {
    const fields = this.contents.problem;
    const view = new DataView(new ArrayBuffer(8 * fields.length));
    let at = 0;
    for (const [name, type] of fields) {
      const size = type === "pointer" ? 4 : 8;
      at = Math.ceil(at / size) * size;
      if (type === "pointer") view.setUint32(at, values[name]!, LITTLE);
      else if (type === "double") view.setFloat64(at, values[name]!, LITTLE);
      else view.setBigInt64(at, BigInt(values[name]!), LITTLE);
      at += size;
    }
    return new Uint8Array(view.buffer);
  }

  private kept(table: Table, roots: Float32Array): TableFields {
    const own = roots.subarray(table.first_root, table.first_root + table.roots);
    // A lane at rest on a last node reads, at no weight, the next one that another lane needs.
    const beyond = table.index.map(() => -1);
    const forever: number[] = [];
    return {
      axis_values: this.put(forever, Float64Array.from(table.grid.flat())),
      axis_lengths: this.put(
        forever,
        BigInt64Array.from(table.grid, (values) => BigInt(values.length)),
      ),
      index: this.put(forever, Int32Array.from([...table.index, ...beyond])),
      roots: this.put(forever, Float64Array.from(own)),
    };
  }

  private put(owned: number[], array: Float64Array | BigInt64Array | Int32Array | Uint8Array): number {
    const pointer = this.exports.malloc(Math.max(array.byteLength, 8));
    owned.push(pointer);
    new Uint8Array(this.exports.memory.buffer, pointer, array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    );
    return pointer;
  }
}

export const SEGMENT_HEAD = 6; // start, end, input (stays, falls, how fast), kinases

function withInverses(constants: number[]): number[] {
  return [...constants, ...constants.map((value) => 1 / value)];
}

function running(lengths: number[]): number[] {
  const firsts = [0];
  for (const length of lengths) firsts.push(firsts[firsts.length - 1]! + length);
  return firsts;
}

function joined(rows: Float64Array[], width: number): Float64Array {
  const all = new Float64Array(rows.length * width);
  rows.forEach((row, i) => all.set(row, i * width));
  return all;
}

function parted(found: Float64Array, courses: Course[], states: number): Solved[] {
  let first = 0;
  return courses.map(({ moments, units }) => {
    const length = units.length * moments.length * (states + 1);
    const rows = found.subarray(first, (first += length));
    return new Solved(rows, units.length, moments.length, states);
  });
}
