import { defineBatchApp } from 'mysimbdp/sdk';

export default defineBatchApp({
  /** A record of the file in, a row of the table out; undefined filters the record, a throw sends it to quarantine. */
  wrangle(row) {
    if (row.id == null) throw new Error('a record without an id');
    // "1,234.50" as people write it; what is still no number then is refused when it is converted.
    return { ...row, title: row.title?.trim() ?? null, amount: row.amount?.replaceAll(',', '') ?? null };
  },
});
