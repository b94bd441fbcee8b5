import { styleText } from 'node:util';
import { atEnd } from '../test/support/real/process/at-end.ts';
import { controllerNews, controllerRows } from './controllers-view.ts';
import type { Scene } from './stage.ts';
import { LEAST_WIDTH, news, type Paint, table } from './view.ts';

/** Where the demo is shown. */
export interface Screen {
  readonly paint: Paint;
  /** A line that stays. */
  readonly line: (text: string) => void;
  /** Everybody as they are now, in the place of what was shown of them before. */
  readonly show: (scene: Scene) => void;
}

/** What the demo needs of a terminal, or of a pipe. */
type Output = NodeJS.WriteStream;

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_BELOW = '\x1b[J';
/** The controllers, the table, and most of what stands above them. */
const LEAST_ROWS = 24;

/** A live table where the output is a terminal that is large enough, else a line for each piece of news. */
export function createScreen(output: Output): Screen {
  const isLarge = output.rows >= LEAST_ROWS && output.columns >= LEAST_WIDTH;
  const live = output.isTTY && process.env['TERM'] !== 'dumb' && isLarge;
  // Minds NO_COLOR, and that a pipe wants none.
  const paint: Paint = (style, text) => styleText(style, text, { stream: output });
  return live ? liveScreen(output, paint) : plainScreen(output, paint);
}

function liveScreen(output: Output, paint: Paint): Screen {
  let [height, turn] = [0, 0];
  output.write(HIDE_CURSOR);
  atEnd(() => output.write(SHOW_CURSOR));
  return {
    paint,
    line(text) {
      height = 0;
      output.write(`${text}\n`);
    },
    show({ controllers, pods }) {
      turn += 1;
      const drawing = { paint, width: output.columns, turn };
      const lines = [...controllerRows(controllers, paint), '', ...table(pods, drawing)];
      const back = height > 0 ? `\x1b[${height}A` : '';
      output.write(`${back}${CLEAR_BELOW}${lines.join('\n')}\n`);
      height = lines.length;
    },
  };
}

function plainScreen(output: Output, paint: Paint): Screen {
  let before: Scene = { controllers: [], pods: [] };
  return {
    paint,
    line: (text) => void output.write(`${text}\n`),
    show(scene) {
      const { controllers, pods } = scene;
      const lines = [
        ...controllerNews(before.controllers, controllers),
        ...news(before.pods, pods),
      ];
      for (const line of lines) output.write(`  ${line}\n`);
      before = scene;
    },
  };
}
