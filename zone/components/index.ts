import type { Component, PartName } from '../component.ts';
import { edge } from './edge.ts';
import { synapse } from './synapse.ts';
import { turn } from './turn.ts';
import { web } from './web.ts';

/** Every part of a zone, by name; in the order in which they are started where needs allow it. */
export const components: Readonly<Record<PartName, Component>> = { synapse, turn, web, edge };
