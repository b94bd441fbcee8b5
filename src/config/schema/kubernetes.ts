import { kubernetesName } from '../values/basic.ts';
import { labelSelector } from '../values/label-selector.ts';
import { watchScope } from '../values/names.ts';
import { optional, required, section } from './kit.ts';

export const KUBERNETES = section(
  'Which pods are served, and where the controllers find each other.',
  {
    watchNamespace: required(
      {
        type: 'name or `~REGEX`',
        meaning:
          'The namespace whose pods are served, or `~` and a regular expression that is looked for anywhere in the name, whatever its case: write `~^prod-` or `~^(a|b)$` to anchor it.',
        example: 'default',
      },
      watchScope,
    ),
    podSelector: optional(
      {
        type: 'label selector',
        meaning: 'Serves only pods with these labels, and asks the API server for no others.',
        example: 'vault=yes',
        default: 'all pods',
      },
      labelSelector,
      undefined,
    ),
    serviceNamespace: required(
      {
        type: 'name',
        meaning: 'The namespace of `service`, and of the Lease that says who acts.',
        example: '$KUBERNETES_NAMESPACE',
      },
      kubernetesName,
    ),
    service: required(
      {
        type: 'name',
        meaning:
          'The headless Service of the controllers: its endpoints are their peers. The Lease that says who acts has its name, and certificates from Vault name it.',
        example: 'kubernetes-vault',
      },
      kubernetesName,
    ),
  },
);
