import type { Feeds } from './feed.ts';
import { LogFeed } from './log-feed.ts';
import type { MonitorSources } from './monitor-source.ts';
import { PlatformFeed } from './platform-feed.ts';
import { PlatformsFeed } from './platforms-feed.ts';
import { RunsFeed } from './runs-feed.ts';
import { ServicesFeed } from './services-feed.ts';
import { StatisticsFeed } from './statistics-feed.ts';
import { ThroughputFeed } from './throughput-feed.ts';

/** The feeds of a panel. A new section adds its part to panel-protocol.ts, its feed here, and itself to webview/sections.ts. */
export function createFeeds(sources: MonitorSources, say: (line: string) => void): Feeds {
  return {
    platforms: new PlatformsFeed(sources),
    platform: new PlatformFeed(),
    throughput: new ThroughputFeed(),
    runs: new RunsFeed(),
    services: new ServicesFeed(),
    statistics: new StatisticsFeed(),
    log: new LogFeed(say),
  };
}
