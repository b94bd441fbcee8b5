import { createHash } from 'node:crypto';
import type { Component } from './components.ts';

/** What an SBOM says of the image itself. */
export interface Subject {
  readonly name: string;
  readonly version: string;
  /** The image's id: the digest of its configuration. */
  readonly id: string;
  /** Its creation, in seconds since 1970. */
  readonly time: number;
}

/**
 * The bill of materials of an image (CycloneDX 1.6). The same image gives the same text: its serial
 * number is made of what it says.
 */
export function sbomOf(subject: Subject, components: readonly Component[]): string {
  const { name, version, id, time } = subject;
  const reference = `${name}@${version}`;
  const body = {
    version: 1,
    metadata: {
      timestamp: new Date(time * 1000).toISOString(),
      component: {
        type: 'container',
        'bom-ref': reference,
        name,
        version,
        properties: [{ name: 'oci:image:id', value: id }],
      },
    },
    components,
    dependencies: [
      { ref: reference, dependsOn: components.map((component) => component['bom-ref']) },
    ],
  };
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const head = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: uuidOf(digest) };
  return `${JSON.stringify({ ...head, ...body }, null, 2)}\n`;
}

/** A UUID of version 8, whose bits are for the maker to choose (RFC 9562). */
function uuidOf(hex: string): string {
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}
