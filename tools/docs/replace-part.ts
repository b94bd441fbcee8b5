/** The page with `part` between the markers of the generated part of that name. */
export function replacePart(page: string, name: string, part: string): string {
  const [begin, end] = [`<!-- ${name}: generated -->\n`, `<!-- end of ${name} -->`];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`no markers of ${name}`);
  return `${before}${begin}\n${part}\n${end}${after}`;
}
