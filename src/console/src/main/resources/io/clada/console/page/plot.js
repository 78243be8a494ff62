import uPlot from './charts/uPlot.esm.js';

const probe = document.createElement('i');
probe.hidden = true;
document.body.append(probe);

/** A colour of the style sheet, as a canvas takes it. */
export function colour(name, alpha = 1) {
  probe.style.color = `var(--${name})`;
  const rgb = getComputedStyle(probe).color;
  return alpha === 1 ? rgb : rgb.replace('rgb(', 'rgba(').replace(')', `, ${alpha})`);
}

const FONT = '11px Inter, system-ui, sans-serif';

export function axes(xLabels, yLabels, ySplits) {
  const stroke = () => colour('muted');
  const grid = { stroke: () => colour('grid'), width: 1 };
  return [
    { stroke, font: FONT, grid: { show: false }, ticks: { show: false }, size: 24, gap: 5, ...xLabels },
    {
      stroke, font: FONT, grid, ticks: { show: false }, size: 36, gap: 6,
      values: (u, splits) => splits.map(yLabels), ...(ySplits && { splits: () => ySplits }),
    },
  ];
}

const BRIDGED = 4;

/** Lines bridge a few seconds without a value; what is longer is a gap. */
function longer(u, index, from, to, gaps) {
  const pixels = u.valToPos(BRIDGED, 'x', true) - u.valToPos(0, 'x', true);
  return gaps.filter(([start, end]) => end - start > pixels);
}

/** Points that have no neighbour to draw a line to. */
function alone(u, index, show, gaps) {
  const values = u.data[index];
  const isolated = [];
  for (let i = 0; i < values.length; i++) {
    const near = values.slice(Math.max(0, i - BRIDGED), i + BRIDGED + 1);
    if (values[i] != null && near.filter((value) => value != null).length === 1) {
      isolated.push(i);
    }
  }
  return isolated;
}

export function line(name, options = {}) {
  return {
    stroke: () => colour(name),
    width: 1.75,
    gaps: longer,
    points: { show: true, size: 4, width: 0, fill: () => colour(name), filter: alone },
    ...(options.fill && { fill: () => colour(name, options.fill) }),
    ...(options.dash && { dash: [5, 4], width: 1.25 }),
    ...(options.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
  };
}

export function bars(name, size, fill) {
  return {
    stroke: fill ?? (() => colour(name)),
    fill: fill ?? (() => colour(name)),
    width: 0,
    points: { show: false },
    paths: uPlot.paths.bars({ size: [size, 100], radius: 0.15 }),
  };
}

/** A chart as wide as its box. */
export function plot(box, height, options, onCursor) {
  const chart = new uPlot(
    {
      width: box.clientWidth || 300,
      height,
      legend: { show: false },
      padding: [8, 18, 0, 0],
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      ...options,
      hooks: { setCursor: [(u) => onCursor(u.cursor.idx ?? null)] },
    },
    options.series.map(() => []),
    box,
  );
  new ResizeObserver(() => chart.setSize({ width: box.clientWidth, height })).observe(box);
  return chart;
}
