/** One image: its target in deploy/images/Containerfile, and what is put into it besides the runtime. */
export interface ImageOfProgram {
  /** The image's name, which is also the command that a person types in it. */
  readonly name: string;
  readonly target: string;
  /** The bundles of dist/, without `.mjs`; the first is the program. */
  readonly bundles: readonly [string, ...string[]];
}

/** Every image that is built. */
export const IMAGES: readonly ImageOfProgram[] = [
  {
    name: 'kubernetes-vault',
    target: 'controller',
    bundles: ['kubernetes-vault', 'kubeconfig'],
  },
  { name: 'kubernetes-vault-init', target: 'init', bundles: ['kubernetes-vault-init'] },
  {
    name: 'kubernetes-vault-sample-app',
    target: 'sample-app',
    bundles: ['kubernetes-vault-sample-app'],
  },
];
