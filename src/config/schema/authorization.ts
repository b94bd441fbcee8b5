import { flag } from '../values/basic.ts';
import { approlePattern, namespacePattern, serviceAccountPattern } from '../values/names.ts';
import {
  explicit,
  explicitList,
  explicitSection,
  filledList,
  item,
  optionalFilledList,
  section,
} from './kit.ts';

const RULE = section('One permission: all of its keys must fit the pod.', {
  approles: filledList(
    {
      type: 'list of globs',
      meaning: 'The AppRoles that may be asked for. `*` is any text, `?` one character.',
      example: '[web, "web-*"]',
    },
    item('"web-*"', approlePattern),
  ),
  namespaces: filledList(
    {
      type: 'list of globs or `~REGEX`',
      meaning:
        'The namespaces of the pods: names, globs, or `~` and a regular expression, matched against the whole name.',
      example: '[shop, "team-*", "~shop-(eu|us)"]',
    },
    item('"team-*"', namespacePattern),
  ),
  serviceAccounts: optionalFilledList(
    {
      type: 'list of globs',
      meaning:
        'The service accounts of the pods. A guard against mistakes only: whoever may create pods in a namespace may use all of its accounts.',
      example: '["web-*"]',
      default: 'all',
    },
    item('"web-*"', serviceAccountPattern),
  ),
  hostNetwork: explicit(
    {
      type: 'boolean',
      meaning:
        'Whether pods on the network of their node may ask. Any process of the node can answer in their place.',
      example: 'true',
      default: 'false',
    },
    flag,
    false,
  ),
});

/** Which pods may ask for which AppRoles. A slip here must never allow more than was meant. */
export const AUTHORIZATION = explicitSection(
  'Which pods may ask for which AppRoles. Without this section every pod in a watched namespace may ask for every one; with it, only what a rule allows. Patterns match whole names, case-sensitively.',
  {
    rules: explicitList(
      {
        type: 'list of rules',
        meaning: 'What one of these rules allows is allowed. `[]` refuses every pod.',
        example: '[{approles: [web], namespaces: [shop]}]',
      },
      RULE,
    ),
  },
);
