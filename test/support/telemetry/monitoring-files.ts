import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The path of a file of deploy/monitoring. */
export function monitoringFile(name: 'alerts.yaml' | 'dashboard.json'): string {
  return fileURLToPath(new URL(`../../../deploy/monitoring/${name}`, import.meta.url));
}

/** The unit tests of the alerts, for promtool. */
export const ALERTS_TEST = fileURLToPath(
  new URL('../../monitoring/alerts-test.yaml', import.meta.url),
);

/** What stands behind a name, such as an alert's or a panel's, in PromQL. */
export interface Expression {
  readonly name: string;
  readonly expr: string;
}

interface Rules {
  readonly groups: readonly { readonly rules: readonly { alert: string; expr: string }[] }[];
}

export function alertExpressions(): Expression[] {
  const { groups } = parse(readFileSync(monitoringFile('alerts.yaml'), 'utf8')) as Rules;
  return groups.flatMap(({ rules }) => rules.map(({ alert: name, expr }) => ({ name, expr })));
}

interface Dashboard {
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: string | { query: string } }[];
  };
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
    readonly gridPos: {
      readonly x: number;
      readonly y: number;
      readonly w: number;
      readonly h: number;
    };
  }[];
}

export function dashboard(): Dashboard {
  return JSON.parse(readFileSync(monitoringFile('dashboard.json'), 'utf8'));
}

/** Of the panels and of the variables, as Grafana would send them. */
export function dashboardExpressions(): Expression[] {
  const { panels, templating } = dashboard();
  const variables = templating.list.flatMap(({ name, query }) =>
    typeof query === 'string' ? [] : [{ name: `$${name}`, expr: query.query }],
  );
  const targets = panels.flatMap(({ title: name, targets: all }) =>
    all.map(({ expr }) => ({ name, expr })),
  );
  return [...variables, ...targets].map(({ name, expr }) => ({
    name,
    expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.*'),
  }));
}
