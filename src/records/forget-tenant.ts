import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { inTransaction } from './transaction.ts';

// The numbers of its runs go on where they were, should it come back: an id is never given twice.
const tables = ['ledger', 'write_times', 'refusals', 'day_usage', 'due_apps', 'file_records', 'run_records'];

/** Forgetting everything that is remembered of a tenant's files and runs. */
export function tenantForgetting(db: DatabaseSyncInstance) {
  const deletions = tables.map((table) => db.prepare(`DELETE FROM ${table} WHERE tenant = ?`));
  return {
    forgetTenant(tenant: string): void {
      inTransaction(db, () => {
        for (const deletion of deletions) deletion.run(tenant);
      });
    },
  };
}
