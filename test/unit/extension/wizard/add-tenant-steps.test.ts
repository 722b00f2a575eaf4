import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSteps } from '../../../../src/extension/wizard/step.ts';
import { tenantSteps } from '../../../../src/extension/wizard/steps/all-steps.ts';
import { tenantNameProblem } from '../../../../src/extension/wizard/steps/name.ts';
import { draftOf, tenantWizard, type TenantWizard } from '../../../../src/extension/wizard/tenant-wizard.ts';
import type { PlatformFolder } from '../../../../src/foundation/platform-folder.ts';
import { countSharedKeys, examineSample } from '../../../../src/tenants/csv-proposal.ts';
import { loadPlatform } from '../../../../src/tenants/load.ts';
import { registerTenant } from '../../../../src/tenants/registry.ts';
import {
  createPlatformFolder,
  createTenantFromTemplate,
  listTemplates,
  readTemplateProfile,
} from '../../../../src/tenants/scaffold.ts';
import { createTenantFromDraft } from '../../../../src/tenants/tenant-draft.ts';
import { shown } from '../../tenants/platform-fixture.ts';
import { ScriptedUi } from './scripted-ui.ts';

const birdstrikes = fileURLToPath(
  new URL('../../../../node_modules/vega-datasets/data/birdstrikes.csv', import.meta.url),
);
const samples = { examineSample, countSharedKeys };

describe('the steps that add a tenant', () => {
  let root: string;
  let folder: PlatformFolder;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'mysimbdp-wizard-'));
    folder = await createPlatformFolder(root, 'city');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function start(sample?: string): Promise<TenantWizard> {
    const { settings, present, registered } = await loadPlatform(folder);
    assert.ok(settings);
    const known = {
      folder,
      settings,
      present: new Set(present),
      registered: new Set(registered),
      folders: new Set(await readdir(folder.tenants)),
    };
    const templates = [];
    for (const template of await listTemplates())
      templates.push({ ...template, profile: await readTemplateProfile(template.name) });
    const seen = sample === undefined ? undefined : { path: sample, seen: await examineSample(sample) };
    return tenantWizard(known, templates, samples, seen);
  }

  async function made(wizard: TenantWizard) {
    await createTenantFromDraft(folder, draftOf(wizard));
    await registerTenant(folder, wizard.tenant);
    const { diagnostics, profiles } = await loadPlatform(folder);
    assert.equal(shown(diagnostics), '');
    const profile = profiles.get(wizard.tenant);
    assert.ok(profile);
    return profile;
  }

  const withSample = { Name: ['birds'], Plan: ['gold'], Template: ['Any CSV'], 'Sample File': ['Choose'] };

  it('make what a sample file suggests when everything is agreed to', async () => {
    const ui = new ScriptedUi(withSample, [birdstrikes]);
    const wizard = await start();
    assert.ok(await runSteps(tenantSteps, wizard, ui));
    assert.deepEqual(ui.asked, [
      'Name 1/5',
      'Plan 2/5',
      'Template 3/5',
      'Sample File 4/7',
      'Columns 5/11',
      'Types 6/11',
      'Table 7/11',
      'Partition Key 8/11',
      'Clustering Key 9/11',
      'Limits 10/11',
      'Summary 11/11',
    ]);
    const { plan, tables, apps } = await made(wizard);
    assert.equal(plan, 'gold');
    assert.equal(tables[0]?.name, 'birdstrikes');
    assert.equal(tables[0].columns.length, 15);
    assert.deepEqual(tables[0].partitionKey, ['row_id']);
    assert.equal(apps[0]?.files, '*.csv');
  });

  it('make what was decided: columns, types, table, keys and limits', async () => {
    const columns = ['airport_name', 'flight_date', 'origin_state', 'cost_total'];
    const ui = new ScriptedUi(
      {
        ...withSample,
        Columns: [columns],
        Types: ['cost_total', 'Go on'],
        'Types: cost_total': ['decimal'],
        Table: ['strikes'],
        'Partition Key': [['origin_state']],
        'Clustering Key': [['flight_date', 'row_id']],
        Limits: ['Largest file', 'Memory', 'Go on'],
        'Limits: Largest file': ['25'],
        'Limits: Memory of a run': ['768'],
      },
      [birdstrikes],
    );
    const wizard = await start();
    assert.ok(await runSteps(tenantSteps, wizard, ui));
    const { tables, apps, batch } = await made(wizard);
    assert.deepEqual(tables, [
      {
        name: 'strikes',
        columns: [
          { name: 'row_id', type: 'uuid' },
          { name: 'airport_name', type: 'text' },
          { name: 'flight_date', type: 'date' },
          { name: 'origin_state', type: 'text' },
          { name: 'cost_total', type: 'decimal' },
        ],
        partitionKey: ['origin_state'],
        clusteringKey: ['flight_date', 'row_id'],
      },
    ]);
    assert.equal(batch.files.maxFileSizeMb, 25);
    assert.equal(apps[0]?.resources.memoryMb, 768);
    const app = await readFile(join(folder.tenant('birds'), 'apps', 'load', 'app.ts'), 'utf8');
    assert.match(app, /\{ row_id: context\.rowId \}/);
    assert.match(app, /\['Cost Total \$', 'cost_total'\]/);
    assert.doesNotMatch(app, /Wildlife/, 'a column that was left out');
    const { format } = apps[0];
    assert.deepEqual(format.type === 'csv' && format.columns, [
      'Airport Name',
      'Flight Date',
      'Origin State',
      'Cost Total $',
    ]);
  });

  it('keep what was entered when one goes back, at each step', async () => {
    const back = (title: string, ...answers: (string | string[])[]) => ({
      [title]: [...answers, '<back>', ...answers],
    });
    const ui = new ScriptedUi(
      {
        Name: ['birds'],
        Plan: ['<back>', 'gold'],
        Template: ['<back>', 'Any CSV'],
        'Sample File': ['<back>', 'Choose'],
        Columns: ['<back>', ['flight_date', 'origin_state']],
        Types: ['<back>', 'flight_date', 'Go on', '<back>'],
        'Types: flight_date': ['text'],
        Table: ['<back>', 'strikes'],
        ...back('Partition Key'),
        'Clustering Key': ['<back>', ['flight_date'], ['flight_date']],
        Limits: ['<back>', 'Largest file', 'Largest file', '<back>'],
        'Limits: Largest file': ['<back>', '25'],
        Summary: ['<back>'],
      },
      [birdstrikes],
    );
    const wizard = await start();
    assert.ok(await runSteps(tenantSteps, wizard, ui));
    const way = ui.asked.map((title) => title.replace(/ \d+\/\d+$/, ''));
    const beginning = ['Name', 'Plan', 'Name', 'Plan', 'Template', 'Plan', 'Template', 'Sample File', 'Template'];
    assert.deepEqual(way.slice(0, 9), beginning);
    const draft = draftOf(wizard);
    assert.deepEqual([draft.tenant, draft.plan, draft.table], ['birds', 'gold', 'strikes']);
    assert.deepEqual(draft.sample?.proposal.columns, { row_id: 'uuid', flight_date: 'text', origin_state: 'text' });
    assert.deepEqual(draft.sample.proposal.clusteringKey, ['flight_date']);
    assert.deepEqual(draft.limits, [['maxFileSizeMb', 25]]);
    assert.deepEqual(ui.shown.get('Columns')?.filter((line) => line.startsWith('x')).length, 2);
    assert.deepEqual(await readdir(folder.tenants), [], 'nothing is made by the steps');
  });

  it('make nothing when they are left, at any of them', async () => {
    const titles = [
      'Name',
      'Plan',
      'Template',
      'Sample File',
      'Columns',
      'Types',
      'Table',
      'Partition Key',
      'Clustering Key',
      'Limits',
      'Summary',
    ];
    for (const title of titles) {
      const ui = new ScriptedUi({ ...withSample, [title]: ['<cancel>'] }, [birdstrikes]);
      assert.equal(await runSteps(tenantSteps, await start(), ui), false, title);
      assert.match(ui.asked.at(-1) ?? '', new RegExp(`^${title} `));
    }
    assert.deepEqual(await readdir(folder.tenants), []);
  });

  it('go straight to what a line of the summary is about', async () => {
    const ui = new ScriptedUi({ ...withSample, Summary: ['Limits', 'tenants/birds/tenant.yaml'] }, [birdstrikes]);
    assert.ok(await runSteps(tenantSteps, await start(), ui));
    assert.deepEqual(ui.asked.slice(10), [
      'Summary 11/11',
      'Limits 10/11',
      'Summary 11/11',
      'Plan 2/11',
      ...ui.asked.slice(14),
    ]);
    assert.equal(ui.asked.at(-1), 'Summary 11/11');
  });

  it('say in the summary when rows of the sample replace each other', async () => {
    const ui = new ScriptedUi(
      { ...withSample, 'Partition Key': [['origin_state']], 'Clustering Key': [['flight_date']] },
      [birdstrikes],
    );
    assert.ok(await runSteps(tenantSteps, await start(), ui));
    const warning = ui.shown.get('Summary')?.find((line) => line.includes('not unique'));
    assert.match(warning ?? '', /526 of 5000 sample rows/);
  });

  it('ask neither for columns nor for keys of a template that has its own, and show its limits', async () => {
    const ui = new ScriptedUi({ Name: ['shop'], Plan: ['No plan'], Template: ['Customer reviews'] });
    const wizard = await start();
    assert.ok(await runSteps(tenantSteps, wizard, ui));
    assert.deepEqual(ui.asked, ['Name 1/5', 'Plan 2/5', 'Template 3/5', 'Limits 4/5', 'Summary 5/5']);
    const limits = ui.shown.get('Limits') ?? [];
    assert.ok(limits.includes('Largest file | 100 MB · of the template'), limits.join('\n'));
    assert.ok(limits.includes('Memory of a run | 512 MiB · of the template'), limits.join('\n'));
    const { tables, plan } = await made(wizard);
    assert.deepEqual([tables[0]?.name, plan], ['reviews', null]);
  });

  it('hold what a template asks for down to what the platform allows', async () => {
    const text = await readFile(folder.platformFile, 'utf8');
    await writeFile(folder.platformFile, `${text}\nlimits: { maxFileSizeMb: 30 }\n`);
    const wizard = await start();
    const ui = new ScriptedUi({ Name: ['shop'], Template: ['Customer reviews'] });
    assert.ok(await runSteps(tenantSteps, wizard, ui));
    assert.ok(ui.shown.get('Limits')?.includes('Largest file | 30 MB · limit of the platform'));
    assert.equal((await made(wizard)).batch.files.maxFileSizeMb, 30);
  });

  it('name the table also without a sample file', async () => {
    const wizard = await start();
    const ui = new ScriptedUi({ Name: ['shop'], 'Sample File': ['No sample'], Table: ['orders'] });
    assert.ok(await runSteps(tenantSteps, wizard, ui));
    const { tables, apps } = await made(wizard);
    assert.deepEqual([tables[0]?.name, apps[0]?.table.name], ['orders', 'orders']);
  });

  it('start with the file that they are started from', async () => {
    const wizard = await start(birdstrikes);
    const ui = new ScriptedUi({ Name: ['birds'] });
    assert.ok(await runSteps(tenantSteps, wizard, ui));
    assert.ok(!ui.asked.some((title) => /^(Template|Sample)/.test(title)));
    assert.equal((await made(wizard)).tables[0]?.name, 'birdstrikes');
  });

  it('say what is wrong with a sample and ask again', async () => {
    const empty = join(root, 'empty.csv');
    await writeFile(empty, '');
    const ui = new ScriptedUi({ ...withSample, 'Sample File': ['Choose', 'Choose'] }, [empty, birdstrikes]);
    assert.ok(await runSteps(tenantSteps, await start(), ui));
    assert.match(ui.told.join('\n'), /^empty\.csv cannot be used as a sample: .*no header/);
  });

  describe('when there is a folder of the name', () => {
    beforeEach(async () => {
      await createTenantFromTemplate(folder, 'shop', 'birdstrikes');
      await writeFile(join(folder.tenant('shop'), 'notes.txt'), 'mine');
    });

    it('offer to register it as it is, and ask nothing else', async () => {
      const ui = new ScriptedUi({ Name: ['shop'], Folder: ['Register'] });
      assert.ok(await runSteps(tenantSteps, await start(), ui));
      assert.deepEqual(
        ui.asked.map((title) => title.split(' ')[0]),
        ['Name', 'Folder', 'Summary'],
      );
    });

    it('replace it only when that is asked for, and keep what was in it', async () => {
      const ui = new ScriptedUi({ Name: ['shop'], Folder: ['Replace'], Template: ['Customer reviews'] });
      const wizard = await start();
      assert.ok(await runSteps(tenantSteps, wizard, ui));
      assert.equal((await made(wizard)).tables[0]?.name, 'reviews');
      const [kept = ''] = await readdir(join(folder.state, 'replaced'));
      assert.equal(await readFile(join(folder.state, 'replaced', kept, 'shop', 'notes.txt'), 'utf8'), 'mine');
    });

    it('ask for another name when one goes back', async () => {
      const ui = new ScriptedUi({ Name: ['shop', 'store'], Folder: ['<back>'], Template: ['Customer reviews'] });
      const wizard = await start();
      assert.ok(await runSteps(tenantSteps, wizard, ui));
      assert.equal(draftOf(wizard).replace, false);
      await made(wizard);
      assert.equal(await readFile(join(folder.tenant('shop'), 'notes.txt'), 'utf8'), 'mine');
    });

    it('do not offer to register what is no tenant', async () => {
      await rm(folder.profile('shop'));
      const ui = new ScriptedUi({ Name: ['shop'], Template: ['Customer reviews'] });
      await runSteps(tenantSteps, await start(), ui);
      assert.equal(ui.shown.get('Folder')?.length, 1);
    });
  });

  it('refuse names while they are typed, with one that would do', () => {
    const registered = new Set(['shop', 'shop_2']);
    assert.equal(tenantNameProblem('gift_card', registered), undefined);
    assert.match(tenantNameProblem('Gift Card', registered) ?? '', /Lower-case.* How about gift_card\?/);
    assert.match(tenantNameProblem('a__b', registered) ?? '', /How about a_b\?/);
    assert.match(tenantNameProblem('', registered) ?? '', /at most 40 characters\.$/);
    assert.match(tenantNameProblem('shop', registered) ?? '', /registered already. How about shop_3\?/);
  });
});
