import type { Pattern } from '../../base/pattern.ts';
import type { RoleName } from '../../wire/role-name.ts';

/** Who may ask for which AppRoles: all given fields must match. */
export interface AuthorizationRule {
  readonly approles: readonly Pattern[];
  readonly namespaces: readonly Pattern[];
  readonly serviceAccounts?: readonly Pattern[];
  /** Whether pods on their node's network may ask: any process of the node can answer for them. */
  readonly hostNetwork: boolean;
}

/** What a rule is held against. */
export interface Applicant {
  readonly role: RoleName;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly hostNetwork: boolean;
}

/** Whether any rule lets the applicant have the role; without rules (undefined) everybody may. */
export function isAuthorized(
  rules: readonly AuthorizationRule[] | undefined,
  applicant: Applicant,
): boolean {
  return rules === undefined || rules.some((rule) => admits(rule, applicant));
}

function admits(rule: AuthorizationRule, applicant: Applicant): boolean {
  return (
    anyMatches(rule.approles, applicant.role) &&
    anyMatches(rule.namespaces, applicant.namespace) &&
    (rule.serviceAccounts === undefined ||
      anyMatches(rule.serviceAccounts, applicant.serviceAccount)) &&
    (rule.hostNetwork || !applicant.hostNetwork)
  );
}

function anyMatches(patterns: readonly Pattern[], name: string): boolean {
  return patterns.some((pattern) => pattern.matches.test(name));
}
