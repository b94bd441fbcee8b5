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
