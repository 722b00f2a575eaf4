import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../src/foundation/deadlines.ts';
import { profile, profileWith } from '../unit/tenants/platform-fixture.ts';
import { useWorkbench } from './harness/use-workbench.ts';

describe('a quick fix that declares a table', () => {
  const workbench = useWorkbench();

  it('puts it into the profile with the columns of the file that waits, and ends the problem', async () => {
    const { root } = await workbench.platform({
      ...profileWith(['table: sales', 'table: turnover']),
      'tenants/shop/staging/day.tsv': 'id\tSold on\n1\t2026-01-02\n2\t2026-01-03\n',
    });
    const file = join(root, 'tenants', 'shop', 'tenant.yaml');
    const window = await workbench.open({ folder: root });
    await window.openFile(file);
    const problems = await window.problems();
    await problems.filter({ hasText: 'there is no table `turnover`' }).waitFor();
    await window.page.locator('.view-line', { hasText: 'table: turnover' }).click();
    // A click would be taken by what lies over the editor to close the list.
    const fix = window.page.locator('.action-widget .monaco-list-row.focused', {
      hasText: 'Declare table "turnover"',
    });
    // The editor offers what it has when it is asked: it is asked until the fixes have come.
    await until(30_000, 'the quick fix', async () => {
      await window.runCommand('Quick Fix...');
      return fix.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
    await window.page.keyboard.press('Enter');
    await problems.filter({ hasText: 'turnover' }).waitFor({ state: 'detached' });
    await window.page.keyboard.press('Control+KeyS');
    const declared = '  turnover:\n    columns:\n      id: int\n      sold_on: date\n    partitionKey: [id]\napps:\n';
    const expected = profile.replace('table: sales', 'table: turnover').replace('apps:\n', declared);
    const saved = () => readFile(file, 'utf8');
    await until(10_000, 'the table in the file', async () => (await saved()).includes('sold_on'));
    assert.equal(await saved(), expected);
  });
});
