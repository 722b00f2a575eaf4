import * as z from 'zod';

/** A table as both planes see it: columns in the profile's order, types as CQL text (`text`, `frozen<list<int>>`). */
export const tableSpec = z.strictObject({
  name: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
  partitionKey: z.array(z.string()).min(1),
  clusteringKey: z.array(z.string()),
});
export type TableSpec = z.infer<typeof tableSpec>;
