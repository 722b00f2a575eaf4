import type { DatabaseSyncInstance } from '@photostructure/sqlite';

/** An app of which a cron tick has made files due that are not all done. */
export interface DueApp {
  tenant: string;
  app: string;
}

/** What a tick has made due is due after a restart as well: the next tick may be a day away, and nobody else asks. */
export function dueAppsTable(db: DatabaseSyncInstance) {
  const note = db.prepare('INSERT INTO due_apps (tenant, app) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const drop = db.prepare('DELETE FROM due_apps WHERE tenant = ? AND app = ?');
  const all = db.prepare('SELECT tenant, app FROM due_apps ORDER BY tenant, app');
  return {
    noteDue({ tenant, app }: DueApp): void {
      note.run(tenant, app);
    },
    dropDue({ tenant, app }: DueApp): void {
      drop.run(tenant, app);
    },
    dueApps(): DueApp[] {
      return all.all() as DueApp[];
    },
  };
}
