import type { Action } from '../run/step.ts';
import type { Choice } from './names.ts';

/** Our images, and how long a name each has: `kubernetes-vault` begins the others, too. */
const OURS = /^(?:kubernetes-vault-sample-app|kubernetes-vault-init|kubernetes-vault)(?=:)/;
const VAULTS = /^openbao\/openbao(?=:)/;

/**
 * What `kubectl kustomize` rendered, with the chosen images. It writes one `image:` a line, whatever
 * the manifests look like, so this needs no YAML parser, and no temporary kustomization, whose path
 * to the manifests Windows cannot always express.
 */
export function withImages(manifests: string, choice: Choice): string {
  const { imagePrefix, vaultImage, cli } = choice;
  const images = manifests.replace(/^(\s*(?:- )?image: )(\S+)$/gm, (_line, key, image) => {
    if (imagePrefix !== undefined && OURS.test(image)) return `${key}${imagePrefix}/${image}`;
    if (vaultImage !== undefined && VAULTS.test(image)) return `${key}${vaultImage}`;
    return `${key}${image}`;
  });
  return images.replace(/^(\s*- )bao$/gm, `$1${cli}`);
}

/** The objects of one namespace, with the namespace, and what is labelled to belong to its app. */
export function partOf(manifests: string, namespace: string): string {
  const isPart = (object: string) =>
    new RegExp(`^  namespace: ${namespace}$`, 'm').test(object) ||
    new RegExp(`^    app: ${namespace}$`, 'm').test(object) ||
    (/^kind: Namespace$/m.test(object) && new RegExp(`^  name: ${namespace}$`, 'm').test(object));
  return manifests
    .split(/^---\r?\n/m)
    .filter(isPart)
    .join('---\n');
}

interface Application extends Pick<Action, 'title' | 'why'> {
  readonly folder: string;
  /** Only what belongs to this namespace; by hand, the rest may be there early, and waits. */
  readonly part?: string;
}

/** `kubectl apply -k`, with the chosen images. */
export function apply(choice: Choice, { folder, part, ...told }: Application): Action {
  const chosen = (rendered: string) => withImages(rendered, choice);
  const of = part === undefined ? chosen : (rendered: string) => partOf(chosen(rendered), part);
  return {
    kind: 'action',
    ...told,
    run: [
      { args: ['kustomize', folder], byHand: [] },
      {
        args: ['apply', '-f', '-'],
        input: { of, shown: '' },
        byHand: isAsWritten(choice)
          ? [`kubectl apply -k ${folder}`]
          : [`kubectl kustomize ${folder} | (put your images in) | kubectl apply -f -`],
      },
    ],
  };
}

function isAsWritten({ imagePrefix, vaultImage, cli }: Choice): boolean {
  return imagePrefix === undefined && vaultImage === undefined && cli === 'bao';
}
