import { after, before, describe } from 'node:test';
import { ourClients } from './kube-clients.ts';
import { electing } from './kube-electing.ts';
import { KubeFixture, type KubeUnderTest } from './kube-fixture.ts';
import { reading } from './kube-reading.ts';
import { watching } from './kube-watching.ts';
import { writing } from './kube-writing.ts';

/** What every Kubernetes API server does that the controller, or a test that plays kubelet, relies on. */
export function kubeContract(name: string, start: () => Promise<KubeUnderTest>): void {
  describe(name, () => {
    const on = new KubeFixture();
    before(() => on.start(start));
    after(() => on.stop());
    describe('reading', () => reading(on));
    describe('writing', () => writing(on));
    describe('watching', () => watching(on));
    describe('electing', () => electing(on));
    describe('our clients', () => ourClients(on));
  });
}
