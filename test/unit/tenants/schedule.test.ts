import assert from 'node:assert/strict';
import { nextTimes, parseSchedule } from '../../../src/tenants/schedule.ts';

interface Case {
  what: string;
  schedule: string;
  timeZone: string;
  after: string;
  /** The next times, without the date's year and seconds: `MM-DDTHH:MM` in UTC. */
  times: string[];
}

const cases: Case[] = [
  {
    what: 'goes by the clocks of the time zone, summer and winter',
    schedule: '0 6 * * *',
    timeZone: 'Europe/Helsinki',
    after: '2026-03-27T12:00:00Z',
    times: ['03-28T04:00', '03-29T03:00', '03-30T03:00'],
  },
  {
    what: 'comes at the change of the clocks, when its hour is left out',
    schedule: '30 3 * * *',
    timeZone: 'Europe/Helsinki',
    after: '2026-03-27T22:00:00Z',
    times: ['03-28T01:30', '03-29T01:00', '03-30T00:30'],
  },
  {
    what: 'comes in its year, when the only hour of the year is left out',
    schedule: '30 3 29 3 *',
    timeZone: 'Europe/Helsinki',
    after: '2026-03-01T00:00:00Z',
    times: ['03-29T01:00', '03-29T00:30'],
  },
  {
    what: 'comes every hour of a day that has 23',
    schedule: '0 * * * *',
    timeZone: 'Europe/Helsinki',
    after: '2026-03-28T23:30:00Z',
    times: ['03-29T00:00', '03-29T01:00', '03-29T02:00'],
  },
  {
    what: 'comes once, when its hour comes twice',
    schedule: '30 3 * * *',
    timeZone: 'Europe/Helsinki',
    after: '2026-10-23T22:00:00Z',
    times: ['10-24T00:30', '10-25T00:30', '10-26T01:30'],
  },
  {
    what: 'does not come again in the second of two hours',
    schedule: '30 3 * * *',
    timeZone: 'Europe/Helsinki',
    after: '2026-10-25T00:40:00Z',
    times: ['10-26T01:30'],
  },
  {
    what: 'comes every hour of a day that has 25',
    schedule: '0 * * * *',
    timeZone: 'Europe/Helsinki',
    after: '2026-10-24T23:30:00Z',
    times: ['10-25T00:00', '10-25T01:00', '10-25T02:00', '10-25T03:00'],
  },
  {
    what: 'comes every half hour through an hour that comes twice',
    schedule: '*/30 * * * *',
    timeZone: 'Europe/Helsinki',
    after: '2026-10-24T23:40:00Z',
    times: ['10-25T00:00', '10-25T00:30', '10-25T01:00', '10-25T01:30', '10-25T02:00'],
  },
  {
    what: 'comes at one in the morning, where midnight is left out',
    schedule: '@daily',
    timeZone: 'America/Sao_Paulo',
    after: '2018-11-03T12:00:00Z',
    times: ['11-04T03:00', '11-05T02:00'],
  },
  {
    what: 'knows clocks that change by half an hour',
    schedule: '15 2 * * *',
    timeZone: 'Australia/Lord_Howe',
    after: '2026-10-03T00:00:00Z',
    times: ['10-03T15:30', '10-04T15:15'],
  },
  {
    what: 'knows time zones of quarters of an hour',
    schedule: '0 0 * * *',
    timeZone: 'Asia/Kathmandu',
    after: '2026-01-01T12:00:00Z',
    times: ['01-01T18:15', '01-02T18:15'],
  },
  {
    what: 'comes on a day that not every year has',
    schedule: '0 12 29 2 *',
    timeZone: 'UTC',
    after: '2026-01-01T00:00:00Z',
    times: ['02-29T12:00', '02-29T12:00'],
  },
];

describe('a cron schedule', () => {
  for (const { what, schedule, timeZone, after, times } of cases) {
    it(`${what}: ${schedule} in ${timeZone}`, () => {
      const parsed = parseSchedule(schedule, timeZone);
      assert.ok('kind' in parsed && parsed.kind === 'cron');
      const found = nextTimes(parsed.expression, timeZone, new Date(after), times.length);
      assert.deepEqual(
        found.map((time) => time.toISOString().slice(5, 16)),
        times,
      );
    });
  }
});
