import { join, resolve } from 'node:path';

/** Where the files of a zone lie. Paths only: nothing here reads or writes. */
export type Layout = ReturnType<typeof layoutOf>;

/** `checkout` holds the program, `data` all that belongs to one zone. Both absolute. */
export function layoutOf(checkout: string, data: string) {
  return {
    checkout,
    data,
    settings: join(data, 'settings.json'),
    identity: join(data, 'identity.json'),
    ports: join(data, 'ports.json'),
    secrets: join(data, 'secrets'),
    logs: join(data, 'logs'),
    /** What the supervisor writes while it runs: its socket, and the processes that it answers for. */
    run: join(data, 'run'),
    processes: join(data, 'run', 'processes.json'),
    synapse: join(data, 'synapse'),
    database: join(data, 'synapse', 'homeserver.db'),
    turn: join(data, 'turn'),
    web: join(data, 'web'),
    edge: join(data, 'edge'),
    log: (part: string) => join(data, 'logs', `${part}.log`),
    secret: (name: string) => join(data, 'secrets', name),
    requirements: join(checkout, 'synapse', 'requirements.txt'),
    synapseModules: join(checkout, 'synapse', 'module'),
    synapseEnvironments: join(checkout, '.venv-synapse'),
    build: join(checkout, 'build'),
    buildStamp: join(checkout, 'build', '.sources')
  };
}

/** The data directory that a command means: `--data DIR`, or `.zone/` in the checkout. */
export const dataDirectory = (checkout: string, flag: string | undefined): string =>
  resolve(flag ?? join(checkout, '.zone'));
