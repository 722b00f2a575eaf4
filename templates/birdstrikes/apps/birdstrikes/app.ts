import { defineBatchApp } from 'mysimbdp/sdk';

const damages = new Set(['none', 'minor', 'medium', 'substantial']);
const kmhPerKnot = 1.852;

/** One report in, one row out: names without spaces, numbers and a few figures that the file only implies. */
export default defineBatchApp({
  wrangle(row, context) {
    // Not hit while moving.
    if (row['Phase of flight'] === 'Parked') return undefined;

    const damage = (row['Effect Amount of damage'] ?? '').toLowerCase();
    if (!damages.has(damage)) throw new Error(`unknown damage "${row['Effect Amount of damage'] ?? ''}"`);
    const speed = row['Speed IAS in knots'];
    const species = row['Wildlife Species'] ?? '';
    const operator = (row['Aircraft Airline Operator'] ?? '').replace(/\*$/, '');
    return {
      // Stable across replays: the report replaces itself when it is ingested again.
      strike_id: context.rowId,
      state: row['Origin State'],
      flight_date: row['Flight Date'],
      airport: row['Airport Name'],
      aircraft: row['Aircraft Make Model'],
      operator,
      military: operator === 'MILITARY',
      phase: row['Phase of flight'],
      time_of_day: row['Time of day'],
      damage,
      wildlife_size: row['Wildlife Size'],
      species: species.startsWith('Unknown') ? null : species,
      cost_repair: row['Cost Repair'],
      cost_other: row['Cost Other'],
      cost_total: row['Cost Total $'],
      speed_kmh: speed == null ? null : Math.round(Number(speed) * kmhPerKnot * 10) / 10,
    };
  },
});
