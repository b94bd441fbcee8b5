/** Where the image keeps its configuration. */
const IMAGE_CONFIG = '/kubernetes-vault/kubernetes-vault.yml';
/** Where it is looked for when nothing says where it is; the first that exists counts. */
const USUAL_CONFIGS = ['kubernetes-vault.yml', IMAGE_CONFIG];
const LOCAL_CONFIG = 'KUBERNETES_VAULT_LOCAL_CONFIG';

export interface ConfigSource {
  /** Where the text came from, for messages: a file's path or a variable's name. */
  readonly configName: string;
  readonly configText: string;
}

type Found =
  | { readonly ok: true; readonly source: ConfigSource }
  | { readonly ok: false; readonly problem: string };

/**
 * Finds the configuration's text. The original's image wrote the variable's text into its file
 * before it started, so the variable counts unless another file is named.
 */
export function findConfig(
  named: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): Found {
  const local = environment[LOCAL_CONFIG];
  if (local !== undefined && local !== '' && (named === undefined || named === IMAGE_CONFIG)) {
    return { ok: true, source: { configName: LOCAL_CONFIG, configText: local } };
  }
  const candidates = named === undefined ? USUAL_CONFIGS : [named];
  for (const path of candidates) {
    const found = read(path, readFile);
    if (found !== undefined) return found;
  }
  return { ok: false, problem: `there is no configuration: ${whatIsMissing(named)}` };
}

/** Undefined where there is no such file. */
function read(path: string, readFile: (path: string) => string): Found | undefined {
  try {
    return { ok: true, source: { configName: path, configText: readFile(path) } };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    return { ok: false, problem: `cannot read the configuration: ${message}` };
  }
}

function whatIsMissing(named: string | undefined): string {
  return named === undefined
    ? `neither ${USUAL_CONFIGS.join(' nor ')} exists; name a file with --config, or put the text into ${LOCAL_CONFIG}`
    : `the file ${named} does not exist`;
}
