/** The lines within a page's fenced blocks of that language. */
export function linesIn(page: string, language: string): string[] {
  return blocksIn(page, language).flatMap((block) =>
    block.split('\n').filter((line) => line !== ''),
  );
}

/** A page's fenced blocks of that language, each without its fences. */
export function blocksIn(page: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm');
  return [...page.matchAll(fence)].map(([, inside = '']) => inside);
}

/**
 * A page's text below that heading, up to the next one of its level or above.
 * @throws Error if the page has no such heading
 */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split('\n');
  const levels = levelsOf(lines);
  const start = lines.findIndex((line, at) => levels[at] && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`there is no heading "${heading}"`);
  const isOver = (level: number, at: number) =>
    at > start && level && level <= (levels[start] ?? 0);
  const end = levels.findIndex(isOver);
  return lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
}

/** Of each line, its level as a heading, and 0 where it is none; blocks have none. */
function levelsOf(lines: readonly string[]): number[] {
  let isInBlock = false;
  return lines.map((line) => {
    if (line.startsWith('```')) isInBlock = !isInBlock;
    return isInBlock ? 0 : (/^(#+) /.exec(line)?.[1]?.length ?? 0);
  });
}

/** What a person types who follows a page: its blocks of shell, one after the other. */
export function commandsIn(page: string): string {
  return blocksIn(page, 'sh').join('');
}
