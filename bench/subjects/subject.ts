import type { Program } from '../rig/program.ts';

/** What a controller is given to work with. */
export interface ControllerEnvironment {
  readonly kube: { readonly host: string; readonly port: number };
  /** A folder with `token`, `ca.crt` and `namespace`, as a pod finds them. */
  readonly serviceAccountFolder: string;
  readonly vault: { readonly addr: string; readonly token: string };
  /** The controller's own namespace and headless Service. */
  readonly home: { readonly namespace: string; readonly service: string };
  /** Ports of the machine that nobody uses. */
  readonly ports: { readonly metrics: number; readonly health: number; readonly peer: number };
  /** An empty folder for its configuration and its log. */
  readonly folder: string;
  /** The pod that it runs as, where there are several. */
  readonly pod?: OwnPod;
  /** Where it elects by Raft; by the Lease otherwise. */
  readonly raft?: RaftEnvironment | undefined;
}

export interface RaftEnvironment {
  /** The file with the key of all controllers of the cluster. */
  readonly keyFile: string;
  /** What it keeps there is there when it is started again. */
  readonly raftDir: string;
}

export interface OwnPod {
  readonly name: string;
  readonly ip: string;
  /** The words before a command that make it run on the pod's machine. */
  readonly enter: readonly string[];
}

/** What an init container is given to work with. */
export interface InitEnvironment {
  readonly address: string;
  readonly port: number;
  readonly folder: string;
}

/** A pair of programs that is measured. */
export interface Subject {
  readonly name: string;
  readonly role: 'floor' | 'ours';
  startController(environment: ControllerEnvironment): Promise<Program>;
  startInit(environment: InitEnvironment): Program;
}
