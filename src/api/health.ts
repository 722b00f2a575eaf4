import * as z from 'zod';

/** The answer of `GET /v1/health`: tells a control plane from whatever else may listen on its port. */
export const health = z.object({ service: z.literal('mysimbdp'), pid: z.number().int() });
export type Health = z.infer<typeof health>;
