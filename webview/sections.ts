import type { Section } from './section.ts';
import { log } from './sections/log.ts';
import { overview } from './sections/overview.ts';
import { runs } from './sections/runs.ts';
import { services } from './sections/services.ts';
import { statistics } from './sections/statistics.ts';
import { throughput } from './sections/throughput.ts';

/** What the panel is made of, from top to bottom. */
export const sections: readonly Section[] = [overview, throughput, runs, services, statistics, log];
