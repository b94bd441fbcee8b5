const SEGMENT = /^[A-Za-z0-9_.~+@-]+$/;

/**
 * The path at which an auth method is mounted, as it stands within `auth/<mount>/login`: without
 * slashes at its ends. Undefined where it would lead elsewhere (`..`) or cannot be a path.
 */
export function parseMountPath(text: string): string | undefined {
  const mount = text.replace(/^\/+|\/+$/g, '');
  const segments = mount.split('/');
  const good = segments.every((one) => SEGMENT.test(one) && one !== '.' && one !== '..');
  return good ? mount : undefined;
}
