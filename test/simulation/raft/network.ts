import type { Request, Response } from '../../../src/raft/messages.ts';
import type { SimServer } from './sim-server.ts';
import type { World } from './world.ts';

/** A transport gives up on a request after between these. */
const TIMEOUT_MS = [200, 2_000] as const;

/** How bad it is between any two. */
export interface Weather {
  /** Of requests, and of answers, so many get lost, and so many come twice. */
  loss: number;
  twice: number;
  /** They take up to so long, and overtake each other. */
  delayMs: number;
}

export const GOOD_WEATHER: Weather = { loss: 0, twice: 0, delayMs: 2 };

/** Carries requests to whoever has the address, and answers back. */
export class Network {
  weather: Weather = { ...GOOD_WEATHER };
  readonly #world: World;
  readonly #hosts = new Map<string, SimServer>();
  /** `from>to`, by address: nothing comes through in this direction. */
  readonly #cuts = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Who had the address before has it no more. */
  attach(server: SimServer): void {
    this.#hosts.set(server.address, server);
  }

  cut(from: string, to: string): void {
    this.#cuts.add(`${from}>${to}`);
  }

  heal(): void {
    this.#cuts.clear();
  }

  /** Calls `done` once: with an answer, and the id of who gave it, or with none. */
  ask(
    from: SimServer,
    to: string,
    request: Request,
    done: (answer: { readonly from: string; readonly response: Response } | undefined) => void,
  ): void {
    let isDone = false;
    const finish = (answer: Parameters<typeof done>[0]) => {
      if (isDone) return;
      isDone = true;
      done(answer);
    };
    const [least, most] = TIMEOUT_MS;
    const timeout = least + (most - least) * this.#world.random();
    this.#world.after(timeout, () => finish(undefined));
    const { address, id } = from;
    this.#carry(address, to, () => {
      const host = this.#hosts.get(to);
      host?.hear(id, request, (response) => {
        this.#carry(to, address, () => finish({ from: host.id, response }));
      });
    });
  }

  #carry(from: string, to: string, deliver: () => void): void {
    const { loss, twice, delayMs } = this.weather;
    const world = this.#world;
    if (this.#isCut(from, to) || world.chance(loss)) return;
    // Most are quick, and a few very slow.
    const delay = () => 0.2 + delayMs * world.random() ** 3;
    world.after(delay(), deliver);
    if (world.chance(twice)) world.after(delay() * 3, deliver);
  }

  #isCut(from: string, to: string): boolean {
    return this.#cuts.size > 0 && this.#cuts.has(`${from}>${to}`);
  }
}
