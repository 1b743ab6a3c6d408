// The strip of patches, and the landscape of one of them.

import { heightAt, type Landscape } from "./landscape";
import type { Patient } from "./patient";
import { graded, themed } from "./style";

const ROW_PX = 9;
export const AMPLIFIED_EFFICACY = 2.5; // where the colour scale ends

export function sized(canvas: HTMLCanvasElement, height: number): CanvasRenderingContext2D {
  const width = canvas.parentElement!.clientWidth || 300;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d")!;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.font = "12px system-ui, sans-serif";
  return context;
}

/** Patches by input, the most at the top. */
export function byInput(patient: Patient): number[] {
  const order = patient.multipliers.map((_, unit) => unit);
  return order.sort((a, b) => patient.multipliers[b]! - patient.multipliers[a]!);
}

const SHADES = Array.from({ length: 128 }, (_, i) => graded(i / 127));

function shadeOf(share: number): number {
  return Math.round(Math.min(Math.max(share, 0), 1) * (SHADES.length - 1));
}

export function drawStrip(
  canvas: HTMLCanvasElement, patient: Patient, range: [number, number], chosen: number,
  { left, width }: { left: number; width: number },
): void {
  const order = byInput(patient);
  const height = order.length * ROW_PX + 4;
  const context = sized(canvas, height);
  const { times } = patient;
  const moments: number[] = []; // of each pixel
  for (let x = 0, moment = 0; x < width; x++) {
    const time = range[0] + ((x + 0.5) / width) * (range[1] - range[0]);
    while (moment < times.length - 1 && times[moment + 1]! <= time) moment++;
    moments.push(moment);
  }
  order.forEach((unit, row) => {
    const efficacy = patient.efficacy[unit]!;
    const shades = moments.map((moment) => shadeOf((efficacy[moment]! - 1) / (AMPLIFIED_EFFICACY - 1)));
    for (let from = 0, to = 0; from < shades.length; from = to) {
      while (to < shades.length && shades[to] === shades[from]) to++;
      context.fillStyle = SHADES[shades[from]!]!;
      context.fillRect(left + from, row * ROW_PX + 2, to - from, ROW_PX - 1);
    }
  });
  context.strokeStyle = themed("ink");
  context.lineWidth = 2;
  const row = order.indexOf(chosen) * ROW_PX;
  context.strokeRect(left, row + 1, width, ROW_PX + 1);
  context.fillStyle = themed("ink");
  context.textAlign = "right";
  context.fillText("most", left - 6, 11);
  context.fillText("least", left - 6, height - 3);
  context.save();
  context.beginPath();
  context.rect(left, 0, width, height);
  context.clip();
  context.setLineDash([4, 3]);
  for (const day of patient.timeline.treated ?? []) {
    const x = left + ((day - range[0]) / (range[1] - range[0])) * width;
    // White on black: seen on every colour.
    for (const [colour, thick] of [["#000000", 3], ["#ffffff", 1.5]] as const) {
      context.strokeStyle = colour;
      context.lineWidth = thick;
      context.beginPath();
      context.moveTo(x, 0);
      context.lineTo(x, height);
      context.stroke();
    }
  }
  context.restore();
}

export function drawLandscape(
  canvas: HTMLCanvasElement, landscape: Landscape, late: number, going: number,
): void {
  const context = sized(canvas, 220);
  const [width, height] = [canvas.width / devicePixelRatio, 220];
  const [left, right, top, bottom] = [14, width - 14, 34, height - 36];
  const [lowest, highest] = [Math.min(...landscape.height), Math.max(...landscape.height)];
  const x = (value: number) => left + value * (right - left);
  // A flat landscape stays flat: hills count in full from this height on.
  const scale = Math.max(highest - lowest, 0.02);
  const y = (value: number) => bottom - 8 - ((value - lowest) / scale) * (bottom - top - 30);
  const ink = themed("ink");

  context.beginPath();
  landscape.late.forEach((value, i) => context.lineTo(x(value), y(landscape.height[i]!)));
  context.strokeStyle = themed("line-1");
  context.lineWidth = 3;
  context.stroke();
  context.lineTo(x(1), bottom + 2);
  context.lineTo(x(0), bottom + 2);
  context.fillStyle = themed("shade");
  context.fill();

  context.lineWidth = 2;
  for (const [points, filled] of [[landscape.stable, true], [landscape.unstable, false]] as const)
    for (const point of points) {
      context.beginPath();
      context.arc(x(point), y(heightAt(landscape, point)), 5, 0, 2 * Math.PI);
      context.fillStyle = filled ? themed("line-1") : themed("panel");
      context.strokeStyle = themed("line-1");
      context.fill();
      context.stroke();
    }

  const ball = { x: x(late), y: y(heightAt(landscape, late)) - 10 };
  context.beginPath();
  context.arc(ball.x, ball.y, 9, 0, 2 * Math.PI);
  context.fillStyle = themed("line-2");
  context.strokeStyle = ink;
  context.fill();
  context.stroke();
  arrow(context, ball, going, left, right);

  context.fillStyle = ink;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText("healthy", left, height - 18);
  context.textAlign = "right";
  context.fillText("amplified", right, height - 18);
  context.textAlign = "center";
  context.fillText("late phase of this patch", width / 2, height - 4);
}

/** Which way the ball is going, and how fast: a full arrow from a tenth a day on. */
function arrow(
  context: CanvasRenderingContext2D, ball: { x: number; y: number }, going: number, left: number, right: number,
): void {
  const length = 44 * Math.tanh(going / 0.1);
  if (Math.abs(length) < 3) return;
  const tip = Math.min(Math.max(ball.x + length, left), right);
  const [from, y, back] = [ball.x, ball.y - 16, 6 * Math.sign(length)];
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(tip, y);
  context.moveTo(tip - back, y - 4);
  context.lineTo(tip, y);
  context.lineTo(tip - back, y + 4);
  context.strokeStyle = themed("ink");
  context.stroke();
}
