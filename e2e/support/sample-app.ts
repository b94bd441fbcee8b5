import { logOf, type PodSeen } from './pods.ts';

const CONTAINER = 'sample-app';

/** What a pod of the sample app says that it was given; no secret is in it. */
export interface Given {
  readonly pod: string;
  /** Such as `Found Vault token...`. */
  readonly title: string;
  /** By the label that stands before each, such as `Accessor`. */
  readonly fields: ReadonlyMap<string, string>;
}

/** @throws Error if the pod has not said anything yet */
export async function givenTo(pod: PodSeen): Promise<Given> {
  const { name } = pod.metadata;
  return { pod: name, ...parseGiven(await logOf(pod, { container: CONTAINER })) };
}

/** Reads the sample app's output. */
export function parseGiven(output: string): Omit<Given, 'pod'> {
  const [title = '', ...lines] = output.trimEnd().split('\n');
  if (!title.startsWith('Found ')) throw new Error(`the sample app says: ${title}`);
  const fields = lines.map((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at), line.slice(at + 1).trim()] as const;
  });
  return { title, fields: new Map(fields) };
}
