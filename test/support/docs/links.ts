import { existsSync, readFileSync } from 'node:fs';

/** A page's relative links, as they are written. */
export function linksOf(page: string): string[] {
  const prose = page.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^(?:[a-z]+:|\/\/)/.test(target));
}

/** The names by which a page's headings can be linked to, as GitHub and GitLab make them. */
export function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  const prose = page.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => {
    const slug = slugOf(heading);
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

function slugOf(heading: string): string {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
  const kept = text.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '');
  return kept.trim().replace(/\s/g, '-');
}

/** Why a link of a page leads nowhere; undefined where it does not. */
export function deadLink(pageUrl: URL, link: string): string | undefined {
  const [path = '', anchor] = link.split('#', 2);
  const target = path === '' ? pageUrl : new URL(path, pageUrl);
  if (!existsSync(target)) return `${link}: there is no such file`;
  if (anchor === undefined || !target.pathname.endsWith('.md')) return undefined;
  const known = anchorsOf(readFileSync(target, 'utf8'));
  return known.includes(anchor) ? undefined : `${link}: there is no such heading`;
}
